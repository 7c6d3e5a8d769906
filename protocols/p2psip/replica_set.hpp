#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <cstddef>
#include <cstdint>

namespace carillon::p2psip {

/// Orders the peers that may hold copies of an owner's records: first the
/// successors on nodes that have not been named yet, so that copies do not die
/// together, then those at other addresses of these nodes, which are the
/// machines of a cluster, then the rest. The first `replicas - 1` of them are
/// meant to hold copies; the others stand in for those that fail.
[[nodiscard]] chord::peer_list
replica_candidates(const chord::peer_ref& owner,
                   const chord::peer_list& successors);

/// Gives how many nodes have to hold each record so that fewer than
/// `tolerated_loss` of all records have only hostile holders: with a share f of
/// hostile peers all of r holders are hostile with probability f^r.
/// @param hostile_share 0 to 1.
/// @returns 1 to `identity::defaults::max_replicas`.
[[nodiscard]] uint8_t copies_among(double hostile_share);

} // namespace carillon::p2psip
