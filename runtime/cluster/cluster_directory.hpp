#pragma once

#include "actors/peer_directory.hpp"
#include "protocols/cluster/view.hpp"
#include "runtime/cluster/send_window.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carillon {

/// Knows the peers of this process and CAF's proxies of those of other members
/// of the cluster. Thread-safe.
class cluster_directory final : public peer_directory {
public:
  /// @param system outlives this object.
  explicit cluster_directory(caf::actor_system& system);

  /// Gives the actor that takes what is dropped.
  [[nodiscard]] const peer_actor& nowhere() const noexcept {
    return nowhere_;
  }

  /// Is told which peers of this process come and, with an invalid handle, go.
  using observer =
    std::function<void(const chord::peer_ref&, const peer_actor&)>;

  /// Is told that what is on its way to a member is to be marked.
  using marker = std::function<void(cluster::member_id)>;

  /// Sets who is told, before the first peer is entered.
  void observe(observer who, marker mark) {
    observer_ = std::move(who);
    mark_ = std::move(mark);
  }

  /// Gives a handle that drops the message as long as too many are on their way
  /// to the member where the peer runs.
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

  /// What is on its way to a member.
  using window_ptr = std::shared_ptr<send_window>;

  /// Enters a peer of another member.
  /// @param window counts what is sent to the member.
  void enter_remote(const chord::peer_ref& peer, peer_actor handle,
                    cluster::member_id member, window_ptr window);

  /// Asks for a message to a member to be sent.
  /// @returns whether it may.
  bool take(cluster::member_id member, send_window& window) const;

  /// Removes a peer of another member.
  void remove_remote(const chord::ring_id& id);

private:
  struct remote_peer {
    chord::peer_ref peer;
    peer_actor handle;
    cluster::member_id member = 0;
    window_ptr window;
  };

  local_directory locals_;
  observer observer_;
  marker mark_;
  peer_actor nowhere_;
  std::mutex mutex_;
  /// The peers of this process, those that came first in front.
  std::vector<peer_actor> by_age_;
  std::unordered_map<chord::ring_id, remote_peer> remotes_;
};

} // namespace carillon
