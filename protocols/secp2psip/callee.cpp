#include "protocols/secp2psip/callee.hpp"

#include "protocols/secp2psip/user_message.hpp"

namespace carillon::secp2psip {

expected<claimed_invite> open_invite(const local_user& self, byte_view data,
                                     timestamp now,
                                     Botan::RandomNumberGenerator& rng) {
  auto received = open_for(self, self.mode, data, rng);
  if (!received)
    return tl::unexpected{received.error()};
  const auto* invite = std::get_if<invite_message>(&received->content);
  if (invite == nullptr)
    return fail(errc::malformed,
                std::visit(
                  [](const auto& other) {
                    return "no INVITE but a " + std::string{other.start_line};
                  },
                  received->content));
  if (auto ok = check_time(invite->head.time, now); !ok)
    return tl::unexpected{ok.error()};
  auto caller =
    identity::parse_address_of_record(invite->head.name, self.aor.domain);
  if (!caller)
    return tl::unexpected{caller.error()};
  claimed_invite result;
  result.caller = *std::move(caller);
  result.id = {invite->head.nonce,
               identity::fingerprint::of(invite->sip_request)};
  result.mode = invite->head.mode;
  result.received = *std::move(received);
  return result;
}

expected<verified_invite> verify_invite(const local_user& self,
                                        const claimed_invite& claimed,
                                        const identity::key_bundle& caller,
                                        const sip_name_reader& names) {
  if (auto ok = verify_from(claimed.received, claimed.caller, caller); !ok)
    return tl::unexpected{ok.error()};
  const auto& invite = std::get<invite_message>(claimed.received.content);
  if (!is_sip_invite(invite.sip_request))
    return fail(errc::malformed, "the INVITE carries another SIP request");
  if (auto ok =
        check_sip_names(invite.sip_request, names, claimed.caller, self.aor);
      !ok)
    return tl::unexpected{ok.error()};
  return verified_invite{
    claimed.caller,
    claimed.id,
    claimed.mode,
    invite.sip_request,
    {invite.head.time, invite.head.nonce, invite.head.name}};
}

expected<accepted_invite> accept_invite(verified_invite invite,
                                        replay_cache& replays, timestamp now) {
  if (auto ok = replays.admit(invite.remembered, now); !ok)
    return tl::unexpected{ok.error()};
  return accepted_invite{std::move(invite)};
}

expected<bytes> make_redirect(const local_user& self,
                              const accepted_invite& invite,
                              const identity::key_bundle& caller,
                              byte_view sip_response, timestamp now,
                              Botan::RandomNumberGenerator& rng) {
  if (!is_sip_redirect(sip_response))
    return fail(errc::malformed, "not a 302");
  redirect_message content;
  content.head = head_from(self, invite.caller, invite.mode, now, rng);
  content.answered = invite.id;
  content.sip_response = to_bytes(sip_response);
  return secure_for(content, self, caller, rng);
}

expected<bytes> refuse_invite(const local_user& self,
                              const claimed_invite& claimed,
                              const identity::key_bundle& caller,
                              const refusal& why, timestamp now,
                              Botan::RandomNumberGenerator& rng) {
  refused_message content;
  content.head = head_from(self, claimed.caller, claimed.mode, now, rng);
  content.answered = claimed.id;
  content.code = why.code;
  content.reason = why.reason;
  return secure_for(content, self, caller, rng);
}

} // namespace carillon::secp2psip
