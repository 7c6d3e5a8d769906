#include "protocols/secp2psip/caller.hpp"

#include "protocols/secp2psip/user_message.hpp"

namespace carillon::secp2psip {

namespace {

/// Checks that an answer comes from whom it should, in time, and is the answer
/// to this INVITE.
expected<void> check_answered(const sent_invite& sent, const message_head& head,
                              const answered_message& answered, timestamp now) {
  if (answered.nonce != sent.id.nonce)
    return fail(errc::replayed, "answer to another INVITE");
  if (answered.hash != sent.id.hash)
    return fail(errc::hash_mismatch, "answer to another SIP request");
  if (head.mode != sent.mode)
    return fail(errc::wrong_mode, "answered in another mode than asked");
  return check_time(head.time, now);
}

expected<call_answer> check_redirect(const local_user& self,
                                     const sent_invite& sent,
                                     const redirect_message& answer,
                                     const sip_name_reader& names,
                                     timestamp now) {
  if (auto ok = check_answered(sent, answer.head, answer.answered, now); !ok)
    return tl::unexpected{ok.error()};
  if (!is_sip_redirect(answer.sip_response))
    return fail(errc::malformed, "the REDIRECT carries no 302");
  if (auto ok =
        check_sip_names(answer.sip_response, names, self.aor, sent.callee);
      !ok)
    return tl::unexpected{ok.error()};
  return redirection{answer.sip_response};
}

expected<call_answer> check_refused(const sent_invite& sent,
                                    const refused_message& answer,
                                    timestamp now) {
  if (auto ok = check_answered(sent, answer.head, answer.answered, now); !ok)
    return tl::unexpected{ok.error()};
  return refusal{answer.code, answer.reason};
}

} // namespace

expected<outgoing_invite> make_invite(const local_user& self,
                                      const identity::key_bundle& callee,
                                      byte_view sip_request, timestamp now,
                                      Botan::RandomNumberGenerator& rng) {
  if (!is_sip_invite(sip_request))
    return fail(errc::malformed, "not an INVITE");
  invite_message content;
  content.head = head_from(self, callee.aor, self.mode, now, rng);
  content.sip_request = to_bytes(sip_request);
  auto secured = secure_for(content, self, callee, rng);
  if (!secured)
    return tl::unexpected{secured.error()};
  return outgoing_invite{
    *std::move(secured),
    {callee.aor,
     {content.head.nonce, identity::fingerprint::of(sip_request)},
     self.mode}};
}

expected<call_answer> check_answer(const local_user& self,
                                   const sent_invite& sent,
                                   const identity::key_bundle& callee,
                                   byte_view data, const sip_name_reader& names,
                                   timestamp now,
                                   Botan::RandomNumberGenerator& rng) {
  const auto received = open_for(self, sent.mode, data, rng);
  if (!received)
    return tl::unexpected{received.error()};
  if (auto ok = verify_from(*received, sent.callee, callee); !ok)
    return tl::unexpected{ok.error()};
  if (const auto* it = std::get_if<redirect_message>(&received->content))
    return check_redirect(self, sent, *it, names, now);
  if (const auto* it = std::get_if<refused_message>(&received->content))
    return check_refused(sent, *it, now);
  return fail(errc::malformed, "not an answer to an INVITE");
}

} // namespace carillon::secp2psip
