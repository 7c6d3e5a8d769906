#include "actors/node_directory.hpp"

#include "actors/foreign_peer.hpp"

#include <caf/all.hpp>

namespace carillon {

node_directory::node_directory(caf::actor_system& system,
                               identity::fingerprint own,
                               std::shared_ptr<peer_directory> peers,
                               std::shared_ptr<link_transport> links)
  : system_(system)
  , own_(own)
  , peers_(std::move(peers))
  , links_(std::move(links)) {}

peer_actor node_directory::resolve(const chord::peer_ref& peer) {
  if (!peer.node || peer.node->fingerprint == own_.data())
    return peers_->resolve(peer);
  const std::lock_guard guard{mutex_};
  if (const auto* known = foreign_.find(peer.id);
      known != nullptr && same_place(known->peer, peer))
    return known->handle;
  return foreign_
    .insert(peer.id, {peer, system_.spawn(foreign_peer, links_, peer)})
    ->handle;
}

peer_actor node_directory::asker(const chord::peer_ref& place) {
  return peers_->asker(place);
}

void node_directory::enter(const chord::peer_ref& peer, peer_actor handle) {
  peers_->enter(peer, std::move(handle));
}

void node_directory::remove(const chord::peer_ref& peer,
                            const peer_actor& handle) {
  peers_->remove(peer, handle);
}

chord::peer_list node_directory::contacts(size_t count,
                                          const chord::ring_id& except,
                                          std::minstd_rand& random) {
  auto result = links_->contacts(count, random);
  if (result.size() < count) {
    const auto own = peers_->contacts(count - result.size(), except, random);
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

} // namespace carillon
