#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/bounded_cache.hpp"
#include "protocols/identity/defaults.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/public_key.hpp"

namespace carillon::identity {

/// Checks signatures and remembers what it found good: all virtual peers of a
/// process check the same bytes. Failures are never remembered, so a flood of
/// bad signatures cannot push out the good ones. For one thread at a time;
/// each worker has its own.
class verifier {
public:
  explicit verifier(size_t keys = defaults::cached_keys,
                    size_t signatures = defaults::cached_signatures);

  /// Parses a public key, or finds it parsed.
  /// @returns what `public_key::parse` gives.
  [[nodiscard]] expected<public_key> key(byte_view spki, key_use use);

  /// Checks a signature over the literal `message`.
  /// @returns `invalid_signature`.
  [[nodiscard]] expected<void> verify(const public_key& key, byte_view message,
                                      byte_view signature);

  /// Gives how many signatures were checked by arithmetic and not found in
  /// the cache.
  [[nodiscard]] uint64_t checks() const noexcept {
    return checks_;
  }

private:
  struct nothing {};

  bounded_cache<fingerprint, public_key> keys_;
  bounded_cache<fingerprint, nothing> signatures_;
  uint64_t checks_ = 0;
};

} // namespace carillon::identity
