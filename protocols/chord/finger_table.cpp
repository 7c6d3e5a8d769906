#include "protocols/chord/finger_table.hpp"

#include <algorithm>

namespace carillon::chord {

bool finger_table::set(size_t exponent, const peer_ref& peer) {
  if (peer.id == self_)
    return false;
  const auto distance = [this](const peer_ref& entry) {
    return self_.distance_to(entry.id);
  };
  const auto target = self_.distance_to(self_.plus_power_of_two(exponent));
  const auto at = self_.distance_to(peer.id);
  if (at < target)
    return false;
  const auto first = std::ranges::lower_bound(entries_, target, {}, distance);
  auto last = entries_.end();
  if (const auto next = static_cast<size_t>(at.highest_bit()) + 1;
      next < ring_id::bits)
    last = std::ranges::lower_bound(
      entries_, self_.distance_to(self_.plus_power_of_two(next)), {}, distance);
  if (last - first == 1 && first->id == peer.id)
    return false;
  entries_.insert(entries_.erase(first, last), peer);
  return true;
}

bool finger_table::drop(const ring_id& id) {
  return std::erase_if(entries_,
                       [&](const peer_ref& peer) { return peer.id == id; })
    > 0;
}

bool finger_table::drop_below(size_t exponent) {
  const auto target = self_.distance_to(self_.plus_power_of_two(exponent));
  return std::erase_if(entries_,
                       [&](const peer_ref& peer) {
                         return self_.distance_to(peer.id) < target;
                       })
    > 0;
}

size_t finger_table::exponent_before(const ring_id& id) const noexcept {
  const auto* before = closest_preceding(id, {});
  return before == nullptr
    ? 0
    : static_cast<size_t>(self_.distance_to(before->id).highest_bit() + 1);
}

const peer_ref* finger_table::closest_preceding(
  const ring_id& key, std::span<const ring_id> exclude) const noexcept {
  auto last = std::ranges::partition_point(entries_, [&](const peer_ref& peer) {
    return between(self_, peer.id, key);
  });
  while (last != entries_.begin()) {
    --last;
    if (!contains(exclude, last->id))
      return &*last;
  }
  return nullptr;
}

} // namespace carillon::chord
