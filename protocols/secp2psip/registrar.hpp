#pragma once

#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/secp2psip/message.hpp"
#include "protocols/secp2psip/refusal.hpp"
#include "protocols/secp2psip/registration.hpp"
#include "protocols/secp2psip/replay_cache.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

#include <memory>

/// The bootstrap server's side of a registration (SecP2PSIP section IV.2).
namespace carillon::secp2psip {

/// The bootstrap server that a process speaks for. Cheap to copy.
struct local_registrar {
  std::shared_ptr<const identity::key_pair> keys;
  /// The fingerprint of the ring.
  identity::fingerprint ring;
};

/// A REGISTER that was opened and is not verified yet.
struct claimed_register {
  identity::address_of_record user;
  /// Names the REGISTER in its answer.
  answered_message id;
  received_message received;
};

/// Opens a REGISTER: what follows from its bytes alone.
/// @param ring the current descriptor.
/// @returns what `open_message` refuses, `malformed` for any other message,
///          `stale`, `invalid_name` or `foreign_domain` for the user's name.
[[nodiscard]] expected<claimed_register>
open_register(const local_registrar& self, byte_view data,
              const identity::ring_descriptor& ring, timestamp now,
              Botan::RandomNumberGenerator& rng);

/// A REGISTER whose sender has proven to hold the key of the bundle.
struct verified_register {
  identity::key_bundle bundle;
  answered_message id;
  registration content;
  /// What tells a replay, and what the bootstrap server stores before it
  /// answers, so that a replay is refused after a restart as well.
  replay_entry remembered;
};

/// Verifies a REGISTER: the bundle, and that the sender holds its key. Whether
/// the name is free, and what proves the right to it, is not checked here. It
/// needs no state of the bootstrap server, so that any worker can do it.
/// @returns what `open_bundle` refuses, `name_mismatch` when the bundle names
///          somebody else, or what `verify` refuses.
[[nodiscard]] expected<verified_register>
verify_register(const claimed_register& claimed,
                const identity::ring_descriptor& ring,
                identity::verifier& check);

/// A verified REGISTER that came for the first time.
struct accepted_register : verified_register {};

/// Accepts a REGISTER unless it came before.
/// @param replays the nonces that this bootstrap server has seen.
/// @returns what `replay_cache::admit` refuses.
[[nodiscard]] expected<accepted_register>
accept_register(verified_register request, replay_cache& replays,
                timestamp now);

/// Answers a REGISTER after everything of it is stored.
/// @param answer the current descriptor's fingerprint and the admission.
/// @returns what `secure` refuses.
[[nodiscard]] expected<bytes>
make_registered(const local_registrar& self, const accepted_register& request,
                const registered& answer, timestamp now,
                Botan::RandomNumberGenerator& rng);

/// Refuses a REGISTER, verified or not.
/// @returns `malformed` or `too_large` for a reason that no field can carry, or
///          what `secure` refuses.
[[nodiscard]] expected<bytes>
refuse_register(const local_registrar& self, const claimed_register& claimed,
                const refusal& why, timestamp now,
                Botan::RandomNumberGenerator& rng);

} // namespace carillon::secp2psip
