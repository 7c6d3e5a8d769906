#include "protocols/chord/settled_ring.hpp"

#include <algorithm>

namespace carillon::chord {

std::vector<member_view> settled_ring(peer_list peers, size_t successors) {
  std::ranges::sort(peers, {}, &peer_ref::id);
  const auto count = peers.size();
  std::vector<member_view> result(count);
  for (size_t i = 0; i < count; ++i) {
    auto& view = result[i];
    view.self = peers[i];
    if (count > 1)
      view.predecessor = peers[(i + count - 1) % count];
    for (size_t j = 1; j < count && j <= successors; ++j)
      view.successors.push_back(peers[(i + j) % count]);
  }
  return result;
}

} // namespace carillon::chord
