#pragma once

#include "protocols/chord/defaults.hpp"
#include "protocols/time.hpp"

#include <cstddef>

namespace carillon::chord {

/// How a peer keeps its place in the ring.
struct ring_config {
  size_t successors = defaults::successors;
  duration stabilize_interval = defaults::stabilize_interval;
  duration max_stabilize_interval = defaults::max_stabilize_interval;
  /// How long a neighbour may take to answer; it is asked this often.
  duration neighbour_timeout = defaults::neighbour_timeout;
  size_t neighbour_attempts = defaults::neighbour_attempts;
  duration predecessor_timeout = defaults::predecessor_timeout;
  /// Whether a successor that others no longer name is kept as long as it
  /// answers: for rings with hostile peers.
  bool keeps_unnamed = false;
};

} // namespace carillon::chord
