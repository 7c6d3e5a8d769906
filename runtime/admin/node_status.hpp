#pragma once

#include "runtime/endpoint.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace carillon {

/// How far a node is between its start and its end. Thread-safe.
class node_status {
public:
  /// The node serves phones from now on.
  /// @param where it listens.
  void serve_phones(std::vector<sip_endpoint> where) {
    const std::lock_guard lock{mutex_};
    phones_ = std::move(where);
  }

  /// The node serves no phones any more and leaves the ring.
  void leave() {
    const std::lock_guard lock{mutex_};
    phones_.clear();
    leaves_ = true;
  }

  /// Where phones connect; nowhere before and after they are served.
  [[nodiscard]] std::vector<sip_endpoint> phones() const {
    const std::lock_guard lock{mutex_};
    return phones_;
  }

  [[nodiscard]] bool leaves() const {
    const std::lock_guard lock{mutex_};
    return leaves_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<sip_endpoint> phones_;
  bool leaves_ = false;
};

} // namespace carillon
