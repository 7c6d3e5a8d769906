#include "protocols/secp2psip/registration.hpp"

#include "protocols/secp2psip/user_message.hpp"

namespace carillon::secp2psip {

namespace {

using identity::security_mode;

expected<void> check_answered(const sent_register& sent,
                              const message_head& head,
                              const answered_message& answered, timestamp now) {
  if (answered.nonce != sent.id.nonce)
    return fail(errc::replayed, "answer to another REGISTER");
  if (answered.hash != sent.id.hash)
    return fail(errc::hash_mismatch, "answer to another REGISTER");
  return check_time(head.time, now);
}

/// Gives what a good answer says.
registered result_of(const registered_message& answer) {
  return {answer.descriptor, answer.admission};
}

refusal result_of(const refused_message& answer) {
  return {answer.code, answer.reason};
}

template <class Message>
expected<register_answer> accept(const sent_register& sent,
                                 const Message& answer, timestamp now) {
  if (auto ok = check_answered(sent, answer.head, answer.answered, now); !ok)
    return tl::unexpected{ok.error()};
  return result_of(answer);
}

} // namespace

expected<outgoing_register> make_register(const local_user& self,
                                          const identity::public_key& bootstrap,
                                          const registration& content,
                                          timestamp now,
                                          Botan::RandomNumberGenerator& rng) {
  register_message request;
  request.head =
    make_head({self.ring, to_string(self.aor), bootstrap.id().to_hex()},
              self.keys->suite(), security_mode::signed_mode, now, rng);
  request.location = content.location;
  request.public_key = content.bundle;
  request.location_envelope = content.location_envelope;
  request.succession = content.succession;
  request.admission = content.admission;
  auto secured = secure(request, *self.keys, nullptr, rng);
  if (!secured)
    return tl::unexpected{secured.error()};
  return outgoing_register{std::move(secured->data),
                           {{request.head.nonce, secured->hash}, bootstrap}};
}

expected<register_answer>
check_register_answer(const local_user& self, const sent_register& sent,
                      byte_view data, timestamp now,
                      Botan::RandomNumberGenerator& rng) {
  const auto received = open_for(self, security_mode::signed_mode, data, rng);
  if (!received)
    return tl::unexpected{received.error()};
  const auto& name = head_of(received->content).name;
  if (name != sent.bootstrap.id().to_hex())
    return fail(errc::name_mismatch, "answer of " + name);
  if (auto ok = verify(*received, sent.bootstrap); !ok)
    return tl::unexpected{ok.error()};
  if (const auto* it = std::get_if<registered_message>(&received->content))
    return accept(sent, *it, now);
  if (const auto* it = std::get_if<refused_message>(&received->content))
    return accept(sent, *it, now);
  return fail(errc::malformed, "not an answer to a REGISTER");
}

} // namespace carillon::secp2psip
