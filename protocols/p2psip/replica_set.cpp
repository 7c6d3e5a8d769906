#include "protocols/p2psip/replica_set.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/p2psip/defaults.hpp"

#include <algorithm>

namespace carillon::p2psip {

chord::peer_list replica_candidates(const chord::peer_ref& owner,
                                    const chord::peer_list& successors) {
  chord::peer_list result;
  chord::peer_list other_places;
  chord::peer_list rest;
  for (const auto& peer : successors) {
    const auto on_same_node = [&](const chord::peer_ref& other) {
      return same_node(peer, other);
    };
    const auto at_same_place = [&](const chord::peer_ref& other) {
      return same_place(peer, other);
    };
    if (!on_same_node(owner) && !std::ranges::any_of(result, on_same_node))
      result.push_back(peer);
    else if (!at_same_place(owner)
             && !std::ranges::any_of(result, at_same_place)
             && !std::ranges::any_of(other_places, at_same_place))
      other_places.push_back(peer);
    else
      rest.push_back(peer);
  }
  result.insert(result.end(), other_places.begin(), other_places.end());
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

uint8_t copies_among(double hostile_share) {
  uint8_t result = 1;
  for (auto loss = hostile_share; loss > defaults::tolerated_loss
       && result < identity::defaults::max_replicas;
       loss *= hostile_share)
    ++result;
  return result;
}

} // namespace carillon::p2psip
