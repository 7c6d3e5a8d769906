#pragma once

#include "runtime/cluster/cluster_interfaces.hpp"

#include <mutex>
#include <utility>

namespace carillon {

/// Where the links of a node find its member of a cluster, which starts after
/// them. Thread-safe.
class member_slot {
public:
  void fill(cluster_member_actor member) {
    const std::lock_guard lock{mutex_};
    member_ = std::move(member);
  }

  /// Gives the member; an invalid handle before it has started.
  [[nodiscard]] cluster_member_actor get() const {
    const std::lock_guard lock{mutex_};
    return member_;
  }

private:
  mutable std::mutex mutex_;
  cluster_member_actor member_;
};

} // namespace carillon
