#include "runtime/cluster/remote_peers.hpp"

#include "runtime/defaults.hpp"

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
  directory_->enter_remote(peers_[index], known.handle, member,
                           window_to(member));
}

cluster_directory::window_ptr
remote_peers::window_to(cluster::member_id member) {
  auto& result = windows_[member];
  if (!result)
    result = std::make_shared<send_window>(defaults::max_messages_to_member);
  return result;
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
  // What was on its way is gone with the connection.
  windows_.erase(member);
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
