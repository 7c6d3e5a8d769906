#include "protocols/secp2psip/user_message.hpp"

namespace carillon::secp2psip {

message_head head_from(const local_user& self,
                       const identity::address_of_record& other,
                       identity::security_mode mode, timestamp now,
                       Botan::RandomNumberGenerator& rng) {
  return make_head({self.ring, to_string(self.aor), to_string(other)},
                   self.keys->suite(), mode, now, rng);
}

expected<bytes> secure_for(const any_message& content, const local_user& self,
                           const identity::key_bundle& other,
                           Botan::RandomNumberGenerator& rng) {
  const auto& head = head_of(content);
  if (head.to != to_string(other.aor))
    return fail(errc::name_mismatch, "the key is that of " + other.aor.user);
  const auto is_sealed = head.mode == identity::security_mode::protected_mode;
  return secure(content, *self.keys,
                is_sealed ? &other.keys.encryption : nullptr, rng)
    .map([](secured_message&& secured) { return std::move(secured.data); });
}

expected<received_message> open_for(const local_user& self,
                                    identity::security_mode weakest,
                                    byte_view data,
                                    Botan::RandomNumberGenerator& rng) {
  const auto name = to_string(self.aor);
  return open_message({*self.keys, self.ring, name, weakest}, data, rng);
}

expected<void> verify_from(const received_message& received,
                           const identity::address_of_record& sender,
                           const identity::key_bundle& bundle) {
  const auto& name = head_of(received.content).name;
  if (name != to_string(sender))
    return fail(errc::name_mismatch, "message of " + name);
  if (bundle.aor != sender)
    return fail(errc::name_mismatch, "the key is that of " + bundle.aor.user);
  return verify(received, bundle.keys.signature);
}

} // namespace carillon::secp2psip
