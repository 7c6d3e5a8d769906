#pragma once

#include "protocols/identity/key_bundle.hpp"
#include "protocols/secp2psip/local_user.hpp"
#include "protocols/secp2psip/message.hpp"
#include "protocols/secp2psip/refusal.hpp"
#include "protocols/secp2psip/sip_names.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

#include <variant>

/// The decisions of a caller's adapter (SecP2PSIP section IV.3).
namespace carillon::secp2psip {

/// What the caller's adapter remembers of an INVITE until its answer.
struct sent_invite {
  identity::address_of_record callee;
  answered_message id;
  identity::security_mode mode{};
};

/// An INVITE ready to be sent to the callee's adapter.
struct outgoing_invite {
  bytes data;
  sent_invite sent;
};

/// Makes an INVITE.
/// @param self the caller.
/// @param callee the bundle that was rebuilt from the ring.
/// @param sip_request the SIP INVITE, without credentials.
/// @param rng gives the nonce and what the cryptography needs.
/// @returns `malformed` when `sip_request` is no INVITE, `too_large` when the
///          message is too long, or what `secure` refuses.
[[nodiscard]] expected<outgoing_invite>
make_invite(const local_user& self, const identity::key_bundle& callee,
            byte_view sip_request, timestamp now,
            Botan::RandomNumberGenerator& rng);

/// The verified SIP response that sends the caller to the callee's phones.
struct redirection {
  bytes sip_response;

  bool operator==(const redirection&) const = default;
};

/// What the callee's adapter answered.
using call_answer = std::variant<redirection, refusal>;

/// Checks the answer to an INVITE. There is at most one good answer: its
/// caller forgets `sent` after that.
/// @param callee the bundle that the INVITE was made with.
/// @param names reads the SIP response.
/// @returns what `open_message` and `verify` refuse; `wrong_mode` when the mode
///          is not that of the INVITE, `name_mismatch` when somebody else
///          answers or the SIP response is about another call, `stale`,
///          `replayed` when it answers another INVITE, `hash_mismatch` when it
///          answers another SIP request, `malformed` when it is no answer to an
///          INVITE or carries something else than a 302.
[[nodiscard]] expected<call_answer>
check_answer(const local_user& self, const sent_invite& sent,
             const identity::key_bundle& callee, byte_view data,
             const sip_name_reader& names, timestamp now,
             Botan::RandomNumberGenerator& rng);

} // namespace carillon::secp2psip
