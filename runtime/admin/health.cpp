#include "runtime/admin/health.hpp"

#include <algorithm>
#include <string_view>

namespace carillon {

namespace {

using member_state = chord::ring_member::state;

/// Tells whether a peer knows its neighbours. The only peer of a ring has
/// none; with others in the same node it is not the only one.
bool has_place(const inspected_peer& peer, bool is_alone) {
  if (!peer.view)
    return false;
  const auto& view = *peer.view;
  return view.state == member_state::member
    && (is_alone
        || (view.neighbours.predecessor
            && !view.neighbours.successors.empty()));
}

} // namespace

std::string_view peer_state_name(const inspected_peer& peer) noexcept {
  return peer.view ? peer_states[static_cast<size_t>(peer.view->state)]
                   : peer_states.back();
}

health judge_health(const std::vector<inspected_peer>& peers,
                    const node_condition& condition, timestamp now) {
  const auto of_all = [&](auto count) {
    return std::to_string(count) + " of " + std::to_string(peers.size())
      + " peers";
  };
  if (condition.leaves)
    return {"leaving", "the node leaves the ring"};
  if (condition.lacks_majority && condition.serves_phones)
    return {"isolated",
            "no majority of the cluster is there, so that its peers "
            "do not run: check the other members and the network"};
  const auto gone = std::ranges::count_if(
    peers, [](const inspected_peer& peer) { return !peer.view; });
  // Before the node serves phones its peers have not been there yet.
  if (gone > 0 && condition.serves_phones)
    return {"restarting", of_all(gone) + " are not there: see the log"};
  const auto isolated =
    std::ranges::count_if(peers, [](const inspected_peer& peer) {
      return peer.view && peer.view->state == member_state::isolated;
    });
  if (isolated > 0)
    return {"isolated",
            of_all(isolated)
              + " have lost all of their neighbours: check the "
                "network between this node and others"};
  const auto& first = peers.front().view;
  const bool is_alone = peers.size() == 1 && first
    && !first->neighbours.predecessor && first->neighbours.successors.empty();
  const auto joining =
    std::ranges::count_if(peers, [&](const inspected_peer& peer) {
      return !has_place(peer, is_alone);
    });
  if (joining > 0)
    return {"joining",
            of_all(joining) + " have not found their place in the ring yet"};
  if (condition.ticket_ends <= now)
    return {"expired",
            "the admission ticket of the node is over and no "
            "bootstrap server has renewed it"};
  if (!condition.serves_phones)
    return {"starting", "phones are not served yet"};
  return {"ready", {}};
}

} // namespace carillon
