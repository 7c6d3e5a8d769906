#include "runtime/cluster/remote_peers.hpp"

namespace carillon {

void remote_peers::enter(cluster::member_id member, uint32_t index,
                         uint64_t incarnation, peer_actor handle) {
  if (index >= peers_.size() || !handle)
    return;
  auto& known = known_[index];
  // The highest incarnation wins.
  if (incarnation < known.incarnation)
    return;
  known = {member, incarnation, std::move(handle)};
  directory_->enter_remote(peers_[index], known.handle);
}

void remote_peers::remove(cluster::member_id member, uint32_t index,
                          uint64_t incarnation) {
  forget_if([&](uint32_t each, const remote_peer& known) {
    return each == index && known.member == member
      && known.incarnation == incarnation;
  });
}

void remote_peers::drop_member(cluster::member_id member) {
  forget_if(
    [&](uint32_t, const remote_peer& known) { return known.member == member; });
}

void remote_peers::obey(const cluster::view& view) {
  forget_if([&](uint32_t index, const remote_peer& known) {
    const auto& seat = view.seats[index];
    // What is newer than the view is told before the view is.
    return seat.incarnation > known.incarnation
      || (seat.incarnation == known.incarnation && seat.holder != known.member
          && seat.holder != 0);
  });
}

std::vector<peer_actor> remote_peers::handles() const {
  std::vector<peer_actor> result;
  for (const auto& [index, known] : known_)
    result.push_back(known.handle);
  return result;
}

} // namespace carillon
