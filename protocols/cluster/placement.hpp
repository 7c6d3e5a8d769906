#pragma once

#include "protocols/cluster/view.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carillon::cluster {

/// Where the peers of the cluster stand on the ring.
struct ring_layout {
  /// The indexes of all peers, in the clockwise order of their positions.
  std::vector<uint32_t> order;
  /// Peers before and after one that hold copies of the same records: best on
  /// other members.
  size_t reach = 2;
};

/// Says who is to run which peer: as few as possible change their member, the
/// numbers of two members differ by at most one, and, as far as that permits,
/// neighbours on the ring run on different members.
/// @param holders who runs each peer now; peers of others than `members` are
///        given to one of them.
/// @param members at least one, each once.
/// @param layout of as many peers as there are holders.
/// @returns the member of each peer, in the order of `holders`.
[[nodiscard]] std::vector<member_id> place_peers(std::vector<member_id> holders,
                                                 std::vector<member_id> members,
                                                 const ring_layout& layout);

} // namespace carillon::cluster
