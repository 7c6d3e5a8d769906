#include "protocols/chord/invariant.hpp"

#include "protocols/chord/settled_ring.hpp"

#include <unordered_map>
#include <unordered_set>

namespace carillon::chord {

namespace {

using view_map = std::unordered_map<ring_id, const member_view*>;
using violation = std::optional<std::string>;

/// Checks that going through the member's own id and its list never passes
/// the same point twice.
violation check_list(const member_view& view) {
  const auto& self = view.self.id;
  const auto* previous = &self;
  for (const auto& peer : view.successors) {
    if (!between(*previous, peer.id, self))
      return "successor list of " + brief(self) + " is not ordered at "
        + brief(peer.id);
    previous = &peer.id;
  }
  return std::nullopt;
}

violation check_base(const member_view& view, std::span<const ring_id> base) {
  const auto* previous = &view.self.id;
  for (const auto& peer : view.successors) {
    for (const auto& member : base) {
      if (between(*previous, member, peer.id))
        return "successor list of " + brief(view.self.id)
          + " skips the base member " + brief(member);
    }
    previous = &peer.id;
  }
  return std::nullopt;
}

const ring_id* best_successor(const member_view& view, const view_map& live) {
  for (const auto& peer : view.successors) {
    if (live.contains(peer.id))
      return &peer.id;
  }
  return nullptr;
}

} // namespace

std::optional<std::string> violated_invariant(std::span<const member_view> live,
                                              std::span<const ring_id> base) {
  if (live.empty())
    return std::nullopt;
  view_map members;
  for (const auto& view : live)
    members.emplace(view.self.id, &view);
  std::unordered_map<ring_id, ring_id> next;
  for (const auto& view : live) {
    if (auto broken = check_list(view))
      return broken;
    if (auto broken = check_base(view, base))
      return broken;
    if (const auto* best = best_successor(view, members))
      next.emplace(view.self.id, *best);
    else if (live.size() > 1)
      return brief(view.self.id) + " has no live successor";
  }
  if (live.size() == 1)
    return std::nullopt;
  // Every walk along best successors ends in a cycle; all must end in one.
  auto point = live.front().self.id;
  for (size_t i = 0; i < live.size(); ++i)
    point = next.at(point);
  std::unordered_set<ring_id> ring;
  size_t turns = 0;
  for (auto member = point; ring.insert(member).second;) {
    const auto following = next.at(member);
    if (following <= member)
      ++turns;
    member = following;
  }
  if (turns != 1)
    return "the ring through " + brief(point) + " is not ordered";
  for (const auto& view : live) {
    auto member = view.self.id;
    for (size_t i = 0; i < live.size() && !ring.contains(member); ++i)
      member = next.at(member);
    if (!ring.contains(member))
      return brief(view.self.id) + " leads into a second ring";
  }
  return std::nullopt;
}

double settled_share(std::span<const member_view> live, size_t successors) {
  if (live.empty())
    return 1;
  peer_list peers;
  std::unordered_map<ring_id, const member_view*> views;
  for (const auto& view : live) {
    peers.push_back(view.self);
    views.emplace(view.self.id, &view);
  }
  size_t settled = 0;
  for (const auto& wanted : settled_ring(std::move(peers), successors)) {
    const auto& view = *views.at(wanted.self.id);
    if (view.predecessor == wanted.predecessor
        && view.successors == wanted.successors)
      ++settled;
  }
  return static_cast<double>(settled) / static_cast<double>(live.size());
}

} // namespace carillon::chord
