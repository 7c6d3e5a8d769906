#include "runtime/cluster/cluster_directory.hpp"

#include "actors/foreign_peer.hpp"
#include "actors/link_transport.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

/// Carries nothing.
class no_links final : public link_transport {
public:
  void send(const chord::peer_ref&, const overlay_message&) override {}

  chord::peer_list contacts(size_t, std::minstd_rand&) override {
    return {};
  }
};

} // namespace

cluster_directory::cluster_directory(caf::actor_system& system)
  : nowhere_(system.spawn(foreign_peer, std::make_shared<no_links>(),
                          chord::peer_ref{})) {}

peer_actor cluster_directory::resolve(const chord::peer_ref& peer) {
  if (auto local = locals_.resolve(peer))
    return local;
  remote_peer found;
  {
    const std::lock_guard guard{mutex_};
    const auto known = remotes_.find(peer.id);
    if (known == remotes_.end())
      return {};
    found = known->second;
  }
  return take(found.member, *found.window) ? found.handle : nowhere_;
}

bool cluster_directory::take(cluster::member_id member,
                             send_window& window) const {
  const auto verdict = window.take();
  if (verdict.wants_mark)
    mark_(member);
  return verdict.may_pass;
}

peer_actor cluster_directory::asker(const chord::peer_ref& place) {
  const std::lock_guard guard{mutex_};
  if (by_age_.empty())
    return {};
  const auto older_half = (by_age_.size() + 1) / 2;
  return by_age_[std::hash<chord::ring_id>{}(place.id) % older_half];
}

void cluster_directory::enter(const chord::peer_ref& peer, peer_actor handle) {
  // One that died has left without a word.
  const auto former = locals_.resolve(peer);
  locals_.enter(peer, handle);
  {
    const std::lock_guard guard{mutex_};
    std::erase(by_age_, former);
    by_age_.push_back(handle);
  }
  if (observer_)
    observer_(peer, handle);
}

void cluster_directory::remove(const chord::peer_ref& peer,
                               const peer_actor& handle) {
  locals_.remove(peer, handle);
  {
    const std::lock_guard guard{mutex_};
    std::erase(by_age_, handle);
  }
  if (observer_ && !locals_.resolve(peer))
    observer_(peer, {});
}

chord::peer_list cluster_directory::contacts(size_t count,
                                             const chord::ring_id& except,
                                             std::minstd_rand& random) {
  chord::peer_list result;
  {
    const std::lock_guard guard{mutex_};
    for (const auto& [id, known] : remotes_) {
      if (id != except)
        result.push_back(known.peer);
    }
  }
  std::ranges::shuffle(result, random);
  if (result.size() > count)
    result.resize(count);
  const auto own = locals_.contacts(count - result.size(), except, random);
  result.insert(result.end(), own.begin(), own.end());
  return result;
}

void cluster_directory::enter_remote(const chord::peer_ref& peer,
                                     peer_actor handle,
                                     cluster::member_id member,
                                     window_ptr window) {
  const std::lock_guard guard{mutex_};
  remotes_.insert_or_assign(
    peer.id, remote_peer{peer, std::move(handle), member, std::move(window)});
}

void cluster_directory::remove_remote(const chord::ring_id& id) {
  const std::lock_guard guard{mutex_};
  remotes_.erase(id);
}

} // namespace carillon
