#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/public_keys.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/time.hpp"

#include <vector>

namespace carillon::identity {

/// A user's public keys as the user signed them. Encoded and self-signed, this
/// is the secret that is split into shares.
struct key_bundle {
  address_of_record aor;

  /// Grows with every change of keys; 1 for a user's first.
  uint64_t epoch;

  timestamp created;

  public_keys keys;

  /// In enrolled mode the chain for the signature key in DER, the user's own
  /// certificate first; else empty.
  std::vector<bytes> certificates;

  /// Gives what people compare and readers pin: `public_keys::id`.
  [[nodiscard]] fingerprint id() const {
    return keys.id();
  }
};

/// Makes and self-signs a user's bundle: the user's adapter does.
/// @returns `malformed` when a field is out of its range, `too_large`, or what
///          `key_pair::sign` gives.
[[nodiscard]] expected<bytes>
seal_bundle(const address_of_record& aor, uint64_t epoch, timestamp created,
            const std::vector<bytes>& certificates, const fingerprint& ring,
            const key_pair& owner, Botan::RandomNumberGenerator& rng);

/// Reads a bundle and checks its self-signature, its name against the ring's
/// domain and its suite against the permitted ones. A certificate chain is
/// not checked here, because its validity needs a time: see `verify_chain`.
/// @returns `too_large`, `malformed`, `unsupported_version`, `wrong_ring`,
///          `invalid_name`, `foreign_domain`, `unsupported_suite`,
///          `invalid_signature`, or what `public_key::parse` gives.
[[nodiscard]] expected<key_bundle>
open_bundle(byte_view encoded, const ring_descriptor& ring, verifier& check);

/// Checks, in enrolled mode, that the bundle's certificates chain to an
/// authority of the ring, name this user and hold this signature key. In
/// ad-hoc mode there is nothing to check.
/// @returns `expired`, `not_yet_valid`, `untrusted_certificate` or
///          `name_mismatch`.
[[nodiscard]] expected<void> verify_chain(const key_bundle& bundle,
                                          const ring_descriptor& ring,
                                          timestamp now);

} // namespace carillon::identity
