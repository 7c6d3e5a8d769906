#include "protocols/chord/settled_ring.hpp"

#include <algorithm>

namespace carillon::chord {

std::vector<member_view> settled_ring(peer_list peers, size_t successors) {
  std::ranges::sort(peers, {}, &peer_ref::id);
  std::vector<member_view> result;
  result.reserve(peers.size());
  for (size_t i = 0; i < peers.size(); ++i)
    result.push_back(settled_place(peers, i, successors));
  return result;
}

member_view settled_place(const peer_list& sorted, size_t which,
                          size_t successors) {
  const auto count = sorted.size();
  member_view result;
  result.self = sorted[which];
  if (count > 1)
    result.predecessor = sorted[(which + count - 1) % count];
  const auto listed = std::min(successors, count - 1);
  peer_list next;
  next.reserve(listed);
  for (size_t i = 1; i <= listed; ++i)
    next.push_back(sorted[(which + i) % count]);
  result.successors = std::move(next);
  return result;
}

finger_table settled_fingers(const peer_list& sorted, size_t which,
                             size_t successors) {
  const auto count = sorted.size();
  const auto& self = sorted[which].id;
  finger_table result{self};
  if (count <= successors + 1)
    return result;
  const auto distance = [&](size_t position) {
    return self.distance_to(sorted[position].id);
  };
  auto exponent = distance((which + successors) % count).highest_bit();
  while (exponent < static_cast<int>(ring_id::bits)) {
    const auto power = static_cast<size_t>(exponent);
    auto owner = std::ranges::lower_bound(sorted, self.plus_power_of_two(power),
                                          {}, &peer_ref::id);
    if (owner == sorted.end())
      owner = sorted.begin();
    result.set(power, *owner);
    const auto covered = self.distance_to(owner->id).highest_bit();
    // The farthest targets may belong to the peer itself.
    if (covered < exponent)
      break;
    exponent = covered + 1;
  }
  return result;
}

} // namespace carillon::chord
