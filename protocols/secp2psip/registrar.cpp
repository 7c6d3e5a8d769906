#include "protocols/secp2psip/registrar.hpp"

#include "protocols/secp2psip/secured_message.hpp"

namespace carillon::secp2psip {

namespace {

using identity::security_mode;

std::string name_of(const local_registrar& self) {
  return self.keys->public_half().signature.id().to_hex();
}

message_head answer_head(const local_registrar& self,
                         const identity::address_of_record& user, timestamp now,
                         Botan::RandomNumberGenerator& rng) {
  return make_head({self.ring, name_of(self), to_string(user)},
                   self.keys->suite(), security_mode::signed_mode, now, rng);
}

expected<bytes> sign(const any_message& content, const local_registrar& self,
                     Botan::RandomNumberGenerator& rng) {
  return secure(content, *self.keys, nullptr, rng)
    .map([](secured_message&& secured) { return std::move(secured.data); });
}

} // namespace

expected<claimed_register> open_register(const local_registrar& self,
                                         byte_view data,
                                         const identity::ring_descriptor& ring,
                                         timestamp now,
                                         Botan::RandomNumberGenerator& rng) {
  const auto name = name_of(self);
  auto received = open_message(
    {*self.keys, self.ring, name, security_mode::signed_mode}, data, rng);
  if (!received)
    return tl::unexpected{received.error()};
  const auto* request = std::get_if<register_message>(&received->content);
  if (request == nullptr)
    return fail(errc::malformed, "not a REGISTER");
  if (auto ok = check_time(request->head.time, now); !ok)
    return tl::unexpected{ok.error()};
  auto user = identity::parse_address_of_record(request->head.name,
                                                ring.settings().domain);
  if (!user)
    return tl::unexpected{user.error()};
  claimed_register result;
  result.user = *std::move(user);
  result.id = {request->head.nonce, received->hash};
  result.received = *std::move(received);
  return result;
}

expected<verified_register>
verify_register(const claimed_register& claimed,
                const identity::ring_descriptor& ring,
                identity::verifier& check) {
  const auto& request = std::get<register_message>(claimed.received.content);
  auto bundle = identity::open_bundle(request.public_key, ring, check);
  if (!bundle)
    return tl::unexpected{bundle.error()};
  if (bundle->aor != claimed.user)
    return fail(errc::name_mismatch,
                "the bundle is that of " + to_string(bundle->aor));
  if (auto ok = verify(claimed.received, bundle->keys.signature); !ok)
    return tl::unexpected{ok.error()};
  // The name is not proven yet, the key is.
  auto sender = bundle->keys.signature.id().to_hex();
  return verified_register{
    *std::move(bundle),
    claimed.id,
    {request.location, request.public_key, request.location_envelope,
     request.succession, request.admission},
    {request.head.time, request.head.nonce, std::move(sender)}};
}

expected<accepted_register> accept_register(verified_register request,
                                            replay_cache& replays,
                                            timestamp now) {
  if (auto ok = replays.admit(request.remembered, now); !ok)
    return tl::unexpected{ok.error()};
  return accepted_register{std::move(request)};
}

expected<bytes> make_registered(const local_registrar& self,
                                const accepted_register& request,
                                const registered& answer, timestamp now,
                                Botan::RandomNumberGenerator& rng) {
  registered_message content;
  content.head = answer_head(self, request.bundle.aor, now, rng);
  content.answered = request.id;
  content.descriptor = answer.descriptor;
  content.admission = answer.admission;
  return sign(content, self, rng);
}

expected<bytes> refuse_register(const local_registrar& self,
                                const claimed_register& claimed,
                                const refusal& why, timestamp now,
                                Botan::RandomNumberGenerator& rng) {
  refused_message content;
  content.head = answer_head(self, claimed.user, now, rng);
  content.answered = claimed.id;
  content.code = why.code;
  content.reason = why.reason;
  return sign(content, self, rng);
}

} // namespace carillon::secp2psip
