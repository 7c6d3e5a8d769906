#pragma once

#include "actors/peer_directory.hpp"

#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace carillon {

/// Knows the peers of this process and CAF's proxies of those of other members
/// of the cluster. Thread-safe.
class cluster_directory final : public peer_directory {
public:
  /// Is told which peers of this process come and, with an invalid handle, go.
  using observer =
    std::function<void(const chord::peer_ref&, const peer_actor&)>;

  /// Sets who is told, before the first peer is entered.
  void observe(observer who) {
    observer_ = std::move(who);
  }

  [[nodiscard]] peer_actor resolve(const chord::peer_ref& peer) override;

  /// Gives one of the older half of the peers of this process: those that have
  /// just come may not be in the ring yet.
  [[nodiscard]] peer_actor asker(const chord::peer_ref& place) override;

  void enter(const chord::peer_ref& peer, peer_actor handle) override;

  void remove(const chord::peer_ref& peer, const peer_actor& handle) override;

  /// Names peers of other members first: those of this one may be as lonely as
  /// the one that asks.
  [[nodiscard]] chord::peer_list contacts(size_t count,
                                          const chord::ring_id& except,
                                          std::minstd_rand& random) override;

  /// Enters a peer of another member.
  void enter_remote(const chord::peer_ref& peer, peer_actor handle);

  /// Removes a peer of another member.
  void remove_remote(const chord::ring_id& id);

private:
  struct remote_peer {
    chord::peer_ref peer;
    peer_actor handle;
  };

  local_directory locals_;
  observer observer_;
  std::mutex mutex_;
  /// The peers of this process, those that came first in front.
  std::vector<peer_actor> by_age_;
  std::unordered_map<chord::ring_id, remote_peer> remotes_;
};

} // namespace carillon
