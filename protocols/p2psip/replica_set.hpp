#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <cstddef>

namespace carillon::p2psip {

/// Orders the peers that may hold copies of an owner's records: first the
/// successors on nodes that have not been named yet, so that copies do not die
/// together, then those at other addresses of these nodes, which are the
/// machines of a cluster, then the rest. The first `replicas - 1` of them are
/// meant to hold copies; the others stand in for those that fail.
[[nodiscard]] chord::peer_list
replica_candidates(const chord::peer_ref& owner,
                   const chord::peer_list& successors);

} // namespace carillon::p2psip
