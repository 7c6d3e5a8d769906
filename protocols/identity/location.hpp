#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/ring_id.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/time.hpp"

#include <string>

namespace carillon::identity {

/// Where a user's adapter is, as the user signed it.
struct location {
  address_of_record aor;

  /// The ring position of the adapter's peer.
  chord::ring_id peer;

  /// The number of that peer within its node.
  uint32_t peer_index;

  /// The fingerprint of the node's signature key.
  fingerprint node;

  /// `host:port` of the node's link listener; opaque here, at most 128
  /// printable ASCII characters, may be empty inside one process.
  std::string endpoint;

  /// Grows with every refresh. The time in microseconds serves.
  uint64_t epoch;

  timestamp expires;

  /// The user has unregistered.
  bool tombstone = false;

  bool operator==(const location&) const = default;
};

/// A location record that was found good.
struct verified_location {
  identity::location location;
  identity::admission admission;
};

/// Whether a location may be over.
enum class expiry_rule : uint8_t {
  /// It must be good now.
  live,
  /// It may have expired: it still tells whom the name is bound to.
  any,
};

/// Signs a location with the user's key: what a registration carries to the
/// bootstrap server, before there is an admission.
/// @returns `malformed` when a field is out of its range, or what
///          `key_pair::sign` gives.
[[nodiscard]] expected<bytes> sign_location(const location& where,
                                            const fingerprint& ring,
                                            const key_pair& owner,
                                            Botan::RandomNumberGenerator& rng);

/// Makes the record that the ring stores of a signed location: with the
/// admission and the user's signature key, so that a holder can check it
/// alone. `admission` is the encoded one. Nothing is checked here.
[[nodiscard]] bytes make_location_record(byte_view admission,
                                         const public_key& owner,
                                         byte_view signed_location);

/// Does both, once the user is admitted: a refresh.
/// @returns as `sign_location`.
[[nodiscard]] expected<bytes> seal_location(const location& where,
                                            byte_view admission,
                                            const fingerprint& ring,
                                            const key_pair& owner,
                                            Botan::RandomNumberGenerator& rng);

/// Reads a location record and checks it by itself.
/// @returns what `open_admission` gives, `invalid_key` when the key is not the
///          admitted one, `name_mismatch` when location and admission name
///          different users, `expired`, or `malformed` also for an expiry
///          beyond the ring's longest.
[[nodiscard]] expected<verified_location>
open_location(byte_view encoded, const ring_descriptor& ring, verifier& check,
              timestamp now, expiry_rule rule = expiry_rule::live);

} // namespace carillon::identity
