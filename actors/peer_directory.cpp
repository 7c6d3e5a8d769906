#include "actors/peer_directory.hpp"

#include <algorithm>

namespace carillon {

peer_actor local_directory::resolve(const chord::peer_ref& peer) {
  auto& part = shard_of(peer.id);
  const std::lock_guard guard{part.mutex};
  const auto position = part.items.find(peer.id);
  return position == part.items.end() ? peer_actor{} : position->second.handle;
}

void local_directory::enter(const chord::peer_ref& peer, peer_actor handle) {
  auto& part = shard_of(peer.id);
  const std::lock_guard guard{part.mutex};
  part.items.insert_or_assign(peer.id, item{peer, std::move(handle)});
}

void local_directory::remove(const chord::peer_ref& peer,
                             const peer_actor& handle) {
  auto& part = shard_of(peer.id);
  const std::lock_guard guard{part.mutex};
  const auto position = part.items.find(peer.id);
  if (position != part.items.end() && position->second.handle == handle)
    part.items.erase(position);
}

chord::peer_list local_directory::contacts(size_t count,
                                           const chord::ring_id& except,
                                           std::minstd_rand& random) {
  chord::peer_list result;
  const auto first = random() % shard_count;
  for (size_t i = 0; i < shard_count && result.size() < count; ++i) {
    auto& part = shards_[(first + i) % shard_count];
    const std::lock_guard guard{part.mutex};
    for (const auto& [id, entry] : part.items) {
      if (id != except && result.size() < count)
        result.push_back(entry.peer);
    }
  }
  std::ranges::shuffle(result, random);
  return result;
}

local_directory::shard&
local_directory::shard_of(const chord::ring_id& id) noexcept {
  // The hash of the map takes the head of the id; this takes its end.
  return shards_[id.data().back() % shard_count];
}

} // namespace carillon
