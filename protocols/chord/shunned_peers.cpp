#include "protocols/chord/shunned_peers.hpp"

#include "protocols/chord/defaults.hpp"

#include <algorithm>

namespace carillon::chord {

void shunned_peers::add(const ring_id& id, timestamp now) {
  using entry = std::pair<ring_id, timestamp>;
  const auto find = [&] {
    return std::ranges::lower_bound(peers_, id, {}, &entry::first);
  };
  const auto until = now + defaults::shunning;
  if (const auto known = find(); known != peers_.end() && known->first == id) {
    known->second = until;
    return;
  }
  if (peers_.size() == defaults::shunned_peers)
    peers_.erase(std::ranges::min_element(peers_, {}, &entry::second));
  peers_.emplace(find(), id, until);
}

bool shunned_peers::contains(const ring_id& id, timestamp now) const {
  const auto known = std::ranges::lower_bound(
    peers_, id, {}, &std::pair<ring_id, timestamp>::first);
  return known != peers_.end() && known->first == id && now < known->second;
}

} // namespace carillon::chord
