#pragma once

#include "protocols/identity/revocation_list.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace carillon {

/// What was revoked, as far as a node knows: a newer list takes the place of
/// the one in force as a whole. Thread-safe.
class revocations {
public:
  using list_ptr = std::shared_ptr<const identity::revocation_list>;

  /// Gives the list that is in force; never null, and another one after each
  /// `replace`.
  [[nodiscard]] list_ptr get() const {
    const std::lock_guard lock{mutex_};
    return present_;
  }

  /// Puts another list in its place.
  void replace(identity::revocation_list newer) {
    auto next =
      std::make_shared<const identity::revocation_list>(std::move(newer));
    const std::lock_guard lock{mutex_};
    present_ = std::move(next);
  }

private:
  mutable std::mutex mutex_;
  list_ptr present_ = std::make_shared<const identity::revocation_list>();
};

} // namespace carillon
