#pragma once

#include "protocols/identity/checked_signatures.hpp"

#include <mutex>

namespace carillon {

/// Signatures that one of several crypto workers has found good, for all of
/// them: the owner of a record and the peers that keep its copies check the
/// same bytes, and those that are in one process need to once. For any number
/// of threads; the lock is held for one look-up at a time.
class shared_signatures final : public identity::checked_signatures {
public:
  using checked_signatures::checked_signatures;

  [[nodiscard]] bool contains(const identity::fingerprint& id) override;

  void add(const identity::fingerprint& id) override;

private:
  std::mutex mutex_;
};

} // namespace carillon
