#pragma once

#include "protocols/cluster/follower_table.hpp"
#include "protocols/cluster/placement.hpp"
#include "protocols/cluster/view.hpp"
#include "protocols/time.hpp"

#include <optional>
#include <set>
#include <vector>

namespace carillon::cluster {

/// What members want of their leader.
struct membership_wishes {
  std::vector<member> joining;
  std::set<member_id> leaving;
};

/// Works out what the leader proposes next: in this order, a cluster without a
/// member that was silent, or without one that has handed over its peers and
/// wants to leave; with one that wants in, or whose endpoint is another one
/// now; or peers that change their member. One that another member still runs
/// gets nobody first: its next holder is found once the former one has stopped
/// it or is gone.
///
/// One member at most comes or goes at a time, so that the majorities of two
/// views in a row have a member in common (Ongaro, "Consensus: Bridging theory
/// and practice", section 4.1).
/// @param present the view that holds.
/// @returns a view whose version is that of `present`; nothing when all is as
/// it
///          should be.
[[nodiscard]] std::optional<view> next_view(const view& present,
                                            const follower_table& followers,
                                            const membership_wishes& wishes,
                                            const ring_layout& layout,
                                            timestamp now);

} // namespace carillon::cluster
