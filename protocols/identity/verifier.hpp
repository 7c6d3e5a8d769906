#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/bounded_cache.hpp"
#include "protocols/identity/checked_signatures.hpp"
#include "protocols/identity/defaults.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/public_key.hpp"

#include <memory>

namespace carillon::identity {

/// Whether somebody may show a signature again.
enum class recurrence : uint8_t {
  /// As of a record, which travels from holder to holder.
  likely,
  /// As of an answer, which holds the nonce of its one asker.
  never,
};

/// Checks signatures and remembers what it found good: all virtual peers of a
/// process check the same bytes. For one thread at a time; each worker has its
/// own.
class verifier {
public:
  explicit verifier(size_t keys = defaults::cached_keys,
                    size_t signatures = defaults::cached_signatures);

  /// Makes a verifier that knows, and adds to, what others have found good.
  /// @param checked for the threads of all of them
  explicit verifier(std::shared_ptr<checked_signatures> checked);

  /// Parses a public key, or finds it parsed.
  /// @returns what `public_key::parse` gives.
  [[nodiscard]] expected<public_key> key(byte_view spki, key_use use);

  /// Checks a signature over the literal `message`. What will not be shown
  /// again is not remembered, and takes no room from what will be.
  /// @returns `invalid_signature`.
  [[nodiscard]] expected<void> verify(const public_key& key, byte_view message,
                                      byte_view signature,
                                      recurrence again = recurrence::likely);

  /// Gives how many signatures were checked by arithmetic and not found in
  /// the cache.
  [[nodiscard]] uint64_t checks() const noexcept {
    return checks_;
  }

private:
  bounded_cache<fingerprint, public_key> keys_;
  std::shared_ptr<checked_signatures> signatures_;
  uint64_t checks_ = 0;
};

} // namespace carillon::identity
