#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/key_bundle.hpp"

namespace carillon::identity {

/// An old key's word for the new one: how a user changes keys.
struct succession {
  address_of_record aor;

  /// The bundle whose key signs.
  fingerprint old_bundle;

  /// The bundle that takes its place.
  fingerprint new_bundle;

  /// The epoch of the new bundle, above that of the old one.
  uint64_t new_epoch;
};

/// Lets the old key sign for the new bundle. `old_encoded` is the old bundle
/// as `seal_bundle` made it and travels along, so that anybody can check.
/// @returns `name_mismatch` when the bundles name different users,
///          `older_epoch` when the new epoch is not above the old,
///          `invalid_key` when `old_keys` are not the old bundle's, or what
///          `open_bundle` gives.
[[nodiscard]] expected<bytes>
seal_succession(byte_view old_encoded, const key_bundle& replacement,
                const ring_descriptor& ring, const key_pair& old_keys,
                verifier& check, Botan::RandomNumberGenerator& rng);

/// Reads a succession and checks the old bundle and its key's signature.
/// @returns `too_large`, `malformed`, `unsupported_version`, `wrong_ring`,
///          `name_mismatch`, `older_epoch`, `invalid_signature`, or what
///          `open_bundle` gives.
[[nodiscard]] expected<succession> open_succession(byte_view encoded,
                                                   const ring_descriptor& ring,
                                                   verifier& check);

} // namespace carillon::identity
