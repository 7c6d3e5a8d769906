#include "protocols/p2psip/replica_set.hpp"

#include <algorithm>

namespace carillon::p2psip {

chord::peer_list replica_candidates(const chord::peer_ref& owner,
                                    const chord::peer_list& successors) {
  chord::peer_list result;
  chord::peer_list same_nodes;
  for (const auto& peer : successors) {
    const auto known = same_node(peer, owner)
      || std::ranges::any_of(result, [&](const auto& other) {
                         return same_node(peer, other);
                       });
    (known ? same_nodes : result).push_back(peer);
  }
  result.insert(result.end(), same_nodes.begin(), same_nodes.end());
  return result;
}

} // namespace carillon::p2psip
