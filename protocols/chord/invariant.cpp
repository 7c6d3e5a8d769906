#include "protocols/chord/invariant.hpp"

#include <algorithm>
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
  std::vector<const member_view*> sorted;
  for (const auto& view : live)
    sorted.push_back(&view);
  std::sort(sorted.begin(), sorted.end(), [](const auto* lhs, const auto* rhs) {
    return lhs->self.id < rhs->self.id;
  });
  const auto count = sorted.size();
  const auto expected_length = std::min(successors, count - 1);
  const auto is_settled = [&](size_t position) {
    const auto& view = *sorted[position];
    if (view.successors.size() != expected_length)
      return false;
    for (size_t i = 0; i < expected_length; ++i) {
      if (view.successors[i] != sorted[(position + 1 + i) % count]->self)
        return false;
    }
    if (count == 1)
      return !view.predecessor;
    return view.predecessor
      && *view.predecessor == sorted[(position + count - 1) % count]->self;
  };
  size_t settled = 0;
  for (size_t i = 0; i < count; ++i)
    settled += is_settled(i) ? 1 : 0;
  return static_cast<double>(settled) / static_cast<double>(count);
}

} // namespace carillon::chord
