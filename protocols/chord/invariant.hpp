#pragma once

#include "protocols/chord/successor_list.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carillon::chord {

/// What one live member of a ring believes about its neighbours.
struct member_view {
  peer_ref self;
  std::optional<peer_ref> predecessor;
  successor_list successors;
};

/// Checks the invariant that keeps a Chord ring repairable: there is exactly
/// one ring of best successors, it is ordered, every other member leads into
/// it, each member has a live successor, extended successor lists are ordered
/// and hold no duplicates, and none of them skips a member of the stable base.
/// Source: Zave, "Reasoning about identifier spaces: How to make Chord
/// correct", section 5.
///
/// @param live all live members of the ring, in any order
/// @param base ids of members that have been in the ring from its start and
///             never leave; may be empty
/// @returns what is violated and where, or nothing when the invariant holds
[[nodiscard]] std::optional<std::string>
violated_invariant(std::span<const member_view> live,
                   std::span<const ring_id> base);

/// Gives the share of members whose predecessor and successor list are just
/// those of the settled ring of all live members, from 0 to 1.
[[nodiscard]] double settled_share(std::span<const member_view> live,
                                   size_t successors);

} // namespace carillon::chord
