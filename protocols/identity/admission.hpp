#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/succession.hpp"
#include "protocols/time.hpp"

#include <optional>
#include <span>
#include <vector>

namespace carillon::identity {

/// What a bootstrap server signs once for all n shares of a bundle. It binds a
/// name to a key until it expires.
struct admission {
  address_of_record aor;

  /// The bundle that was split.
  fingerprint bundle;

  /// The fingerprint of the bundle's signature key.
  fingerprint signature_key;

  /// The epoch of the bundle.
  uint64_t bundle_epoch;

  /// Grows with every admission of this name, renewals included. The time of
  /// admission in microseconds serves, as no two servers agree on a counter.
  uint64_t epoch;

  uint8_t k;
  uint8_t n;

  /// SHA-256 of the value of each share, number 1 first.
  std::vector<fingerprint> share_hashes;

  timestamp not_before;
  timestamp expires;

  /// The bundle that this one follows, when its key signed for this.
  std::optional<fingerprint> predecessor;

  /// The succession as encoded; empty when there is none.
  bytes succession;

  /// Whether a certificate chain for this name and key came along and was
  /// good: always so in enrolled mode.
  bool certified = false;

  /// When a bootstrap server first admitted the name for this key or the ones
  /// before it. Renewals keep it, as long as each is made before the admission
  /// before it ends.
  timestamp since{};

  /// The fingerprint of the signature key of the bootstrap server.
  fingerprint server{};
};

/// An admission and the n share records that belong to it, encoded.
struct admission_set {
  /// The signed admission, which the user's location record carries.
  bytes admission;

  /// Record i - 1 is stored under `share_key_text(aor, i)`.
  std::vector<bytes> shares;
};

/// One share record that was found good.
struct verified_share {
  identity::admission admission;

  /// The fingerprint of the signed admission: shares with the same one belong
  /// together.
  fingerprint set;

  /// 1 to n.
  uint8_t index;

  bytes value;
};

/// A bundle that was rebuilt from shares.
struct rebuilt_bundle {
  key_bundle bundle;

  /// The bundle as its owner signed it.
  bytes encoded;

  identity::admission admission;
};

/// Admits a bundle: checks it and what proves the right to its name, splits it
/// k-of-n and signs the result, as a bootstrap server does. Whether the name is
/// free is the caller's question to the ring.
///
/// `epoch` is the admission's, `succession` empty or made by
/// `seal_succession`. `rng` must be cheap to call: RTSS draws byte by byte.
/// `previous` is the encoded admission that this one renews, or empty: while it
/// is good and for this key, or for the one that signed for it, the name counts
/// as admitted since then; anything else is ignored.
/// @returns what `open_bundle`, `verify_chain` and `open_succession` give;
///          `unauthorized_key_change` when the succession is for another
///          bundle; `not_yet_valid` when the bundle was created in the future;
///          `invalid_key` when `bootstrap` is not of this ring.
[[nodiscard]] expected<admission_set>
split_bundle(byte_view encoded_bundle, byte_view succession, uint64_t epoch,
             const ring_descriptor& ring, const key_pair& bootstrap,
             verifier& check, timestamp now, Botan::RandomNumberGenerator& rng,
             byte_view previous = {});

/// Reads a signed admission and checks it by itself: signature by a bootstrap
/// server, threshold as the ring's, validity, proof. In enrolled mode the
/// proof must be a certificate chain.
/// @returns `too_large`, `malformed`, `unsupported_version`, `wrong_ring`,
///          `invalid_signature`, `invalid_threshold`, `not_yet_valid`,
///          `expired`, `invalid_name`, `foreign_domain`,
///          `unauthorized_key_change`, `untrusted_certificate`,
///          `name_mismatch`, or what `open_succession` gives.
[[nodiscard]] expected<admission> open_admission(byte_view encoded,
                                                 const ring_descriptor& ring,
                                                 verifier& check,
                                                 timestamp now);

/// Reads a share record and checks it by itself.
/// @returns what `open_admission` gives, or `share_mismatch` when the index is
///          not 1 to n or the value is not the one that was admitted.
[[nodiscard]] expected<verified_share> open_share(byte_view encoded,
                                                  const ring_descriptor& ring,
                                                  verifier& check,
                                                  timestamp now);

/// Rebuilds a bundle from good shares of one admission and checks its
/// self-signature, name, epoch and fingerprint against the admission.
/// @returns `not_enough_shares` below k distinct ones, `share_mismatch` when
///          they are not of one set or give something else than was admitted,
///          or what `open_bundle` and `verify_chain` give.
[[nodiscard]] expected<rebuilt_bundle>
combine_shares(std::span<const verified_share> shares,
               const ring_descriptor& ring, verifier& check, timestamp now);

} // namespace carillon::identity
