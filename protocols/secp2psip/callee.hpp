#pragma once

#include "protocols/identity/key_bundle.hpp"
#include "protocols/secp2psip/local_user.hpp"
#include "protocols/secp2psip/message.hpp"
#include "protocols/secp2psip/refusal.hpp"
#include "protocols/secp2psip/replay_cache.hpp"
#include "protocols/secp2psip/sip_names.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

/// The decisions of a callee's adapter (SecP2PSIP section IV.3).
namespace carillon::secp2psip {

/// An INVITE that was opened and is not verified yet.
struct claimed_invite {
  /// Who claims to call: the name whose key has to be rebuilt next.
  identity::address_of_record caller;
  /// Names the INVITE in its answer.
  answered_message id;
  identity::security_mode mode{};
  received_message received;
};

/// Opens an INVITE: the first step, before the caller's key is known.
/// @param self the callee.
/// @returns what `open_message` refuses, `malformed` for any other message,
///          with its kind, `stale`, or `invalid_name` or `foreign_domain` for
///          the caller's name.
[[nodiscard]] expected<claimed_invite>
open_invite(const local_user& self, byte_view data, timestamp now,
            Botan::RandomNumberGenerator& rng);

/// An INVITE whose every claim was verified.
struct verified_invite {
  identity::address_of_record caller;
  answered_message id;
  identity::security_mode mode{};
  /// The original SIP INVITE.
  bytes sip_request;
  /// What tells a replay, and what the adapter stores before it answers, so
  /// that a replay is refused after a restart as well.
  replay_entry remembered;
};

/// Verifies an INVITE: the second step. Like the first it needs no state of
/// the callee, so that any worker can do it.
/// @param caller the bundle that was rebuilt from the ring for
///        `claimed.caller`.
/// @param names reads the SIP request.
/// @returns what `verify` refuses, `malformed` when the SIP bytes are no
///          INVITE, `name_mismatch` when `caller` is somebody else or the SIP
///          request is about another call.
[[nodiscard]] expected<verified_invite>
verify_invite(const local_user& self, const claimed_invite& claimed,
              const identity::key_bundle& caller, const sip_name_reader& names);

/// A verified INVITE that came for the first time.
struct accepted_invite : verified_invite {};

/// Accepts an INVITE unless it came before: the third step.
/// @param replays the nonces that this callee has seen.
/// @returns what `replay_cache::admit` refuses.
[[nodiscard]] expected<accepted_invite>
accept_invite(verified_invite invite, replay_cache& replays, timestamp now);

/// Answers an INVITE with the callee's phones.
/// @param sip_response the 302 whose Contact lists them.
/// @returns `malformed` when `sip_response` is no 302, `too_large`, or what
///          `secure` refuses.
[[nodiscard]] expected<bytes>
make_redirect(const local_user& self, const accepted_invite& invite,
              const identity::key_bundle& caller, byte_view sip_response,
              timestamp now, Botan::RandomNumberGenerator& rng);

/// Refuses an INVITE, verified or not, when the caller's key is known.
/// @returns `malformed` or `too_large` for a reason that no field can carry, or
///          what `secure` refuses.
[[nodiscard]] expected<bytes> refuse_invite(const local_user& self,
                                            const claimed_invite& claimed,
                                            const identity::key_bundle& caller,
                                            const refusal& why, timestamp now,
                                            Botan::RandomNumberGenerator& rng);

} // namespace carillon::secp2psip
