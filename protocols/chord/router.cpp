#include "protocols/chord/router.hpp"

namespace carillon::chord {

namespace {

/// Finds the successor whose arc holds the key, or the closest one before it.
route route_by_successors(const ring_member& member, const ring_id& key,
                          std::span<const ring_id> exclude) {
  const auto& self = member.self().id;
  const auto& successors = member.successors();
  route closest;
  // Most keys lie beyond the list.
  if (exclude.empty() && !successors.empty()
      && !in_arc(self, key, successors.back().id))
    return {route::kind::forward, &successors.back()};
  for (auto peer = successors.begin(); peer != successors.end(); ++peer) {
    if (contains(exclude, peer->id))
      continue;
    if (in_arc(self, key, peer->id))
      return {route::kind::owner, &*peer};
    closest = {route::kind::forward, &*peer};
  }
  return closest;
}

} // namespace

route find_route(const routing_view& view, const ring_id& key, bool final,
                 std::span<const ring_id> exclude) {
  const auto& member = view.member;
  if (member.current_state() != ring_member::state::member)
    return {};
  const auto& self = member.self().id;
  if (key == self || member.responsible_for(key))
    return {route::kind::here, &member.self()};
  if (final) {
    // The previous hop may not know yet of a peer that joined between. A
    // predecessor that is excluded is dead, and its arc has fallen to us.
    const auto& predecessor = member.predecessor();
    if (predecessor && !contains(exclude, predecessor->id))
      return {route::kind::owner, &*predecessor};
    return {route::kind::here, &member.self()};
  }
  const auto near = route_by_successors(member, key, exclude);
  if (near.what == route::kind::owner)
    return near;
  const auto* far = view.fingers.closest_preceding(key, exclude);
  if (far == nullptr)
    return near;
  if (near.next != nullptr && between(far->id, near.next->id, key))
    return near;
  return {route::kind::forward, far};
}

} // namespace carillon::chord
