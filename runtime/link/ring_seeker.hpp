#pragma once

#include "protocols/time.hpp"
#include "runtime/endpoint.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <random>
#include <vector>

namespace carillon {

/// Says which node to try next in order to find the ring, and when. First comes
/// the first of the configured bootstrap servers, then the others at random, so
/// that the nodes of a ring whose first server is down do not all turn to the
/// second, then the nodes that were known in an earlier run. When all of them
/// were tried it waits, each time twice as long, and goes on in another order.
/// Nodes that were heard of on the local network are tried in between, each
/// once and one a second, so that strangers who invent some hold up nobody.
///
/// Not thread-safe.
class ring_seeker {
public:
  /// @param configured in the order of the configuration.
  /// @param remembered without a descriptor of their own: whoever uses them
  ///        knows the ring.
  ring_seeker(std::vector<bootstrap_endpoint> configured,
              const std::vector<endpoint>& remembered, uint32_t seed);

  /// Gives the node to try now; nothing when it is not yet time, or nobody is
  /// known.
  [[nodiscard]] std::optional<bootstrap_endpoint> next(timestamp now);

  /// Has a node tried that somebody has named. One that waits already, or is
  /// one too many, is passed over.
  void offer(const endpoint& where);

  /// Tells that the ring was found: the next search begins at once.
  void found() noexcept;

private:
  void wait(timestamp now);

  std::vector<bootstrap_endpoint> entries_;
  std::deque<endpoint> offered_;
  timestamp next_offered_{};
  std::mt19937 random_;
  size_t position_ = 0;
  timestamp not_before_{};
  duration delay_{0};
};

} // namespace carillon
