#pragma once

#include "runtime/link/link_view.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace carillon {

/// What the links of a node have done since it started. Thread-safe.
struct link_counts {
  std::atomic<uint64_t> frames_in{0};
  std::atomic<uint64_t> frames_out{0};
  /// Messages for which there was no room on their link.
  std::atomic<uint64_t> frames_dropped{0};
  /// Links that were opened, by either side.
  std::atomic<uint64_t> opened{0};
  /// Connections that ended before they were links.
  std::atomic<uint64_t> failed{0};
  /// Connections that were closed unheard: too many were being opened.
  std::atomic<uint64_t> refused{0};
  /// What other nodes did that no honest node does.
  std::atomic<uint64_t> misbehaviours{0};
};

/// The links of a node: those that are open, and what all of them have done.
struct link_report {
  std::vector<link_view> open;
  std::shared_ptr<const link_counts> counts;
  /// Tunnels between other nodes that this one carries.
  size_t tunnels = 0;
};

} // namespace carillon
