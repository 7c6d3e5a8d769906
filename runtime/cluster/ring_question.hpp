#pragma once

#include "runtime/cluster/cluster_interfaces.hpp"

#include <functional>
#include <vector>

namespace carillon {

/// Asks peers whether they are part of a ring.
/// @param self asks, and gets the answers.
/// @param then gets whether all of them say that they are in none; without
///        peers it does at once.
void ask_for_ring(cluster_member_actor::pointer self,
                  const std::vector<peer_actor>& peers,
                  std::function<void(bool is_nowhere)> then);

} // namespace carillon
