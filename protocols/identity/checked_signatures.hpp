#pragma once

#include "protocols/identity/bounded_cache.hpp"
#include "protocols/identity/fingerprint.hpp"

namespace carillon::identity {

/// The signatures that were found good lately, each by the hash of all that was
/// checked: key, message and signature. Failures are never remembered, so a
/// flood of bad signatures cannot push out the good ones. For one thread at a
/// time; who shares one between threads derives one that locks.
class checked_signatures {
public:
  /// `capacity` is at least 2.
  explicit checked_signatures(size_t capacity);
  virtual ~checked_signatures() = default;

  checked_signatures(const checked_signatures&) = delete;
  checked_signatures& operator=(const checked_signatures&) = delete;

  /// Tells whether this signature was added and not forgotten since.
  [[nodiscard]] virtual bool contains(const fingerprint& id);

  /// Remembers a signature that was found good.
  virtual void add(const fingerprint& id);

private:
  struct nothing {};

  bounded_cache<fingerprint, nothing> known_;
};

} // namespace carillon::identity
