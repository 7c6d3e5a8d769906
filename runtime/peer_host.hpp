#pragma once

#include "actors/node_context.hpp"
#include "actors/peer.hpp"
#include "actors/supervisor.hpp"
#include "storage/record_store.hpp"

#include <botan/rng.h>
#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace carillon {

/// What the peers of a process stand on.
struct peer_host_config {
  std::shared_ptr<const clock> time;
  std::shared_ptr<log_sink> sink;
  std::shared_ptr<const identity::ring_descriptor> ring;
  std::shared_ptr<storage::record_store> store;
  /// Prepares the actor system further, for a cluster; may be empty.
  std::function<void(caf::actor_system_config&)> configure;
  /// Makes what finds peers; knows those of this process alone by default.
  std::function<std::shared_ptr<peer_directory>(caf::actor_system&)>
    make_directory;
  /// The share of hostile peers that these are to withstand.
  double expected_hostile_share = 0;
  /// Which certificates were revoked; never null.
  std::shared_ptr<const revocations> revoked = std::make_shared<revocations>();
};

/// Gives 32 random bytes: the seed of an actor's generator.
[[nodiscard]] bytes make_seed(Botan::RandomNumberGenerator& rng);

/// The actor system of a process, with the actors that all of its peers share:
/// pacemaker, record writer, crypto workers and supervisor.
class peer_host {
public:
  peer_host(peer_host_config given, Botan::RandomNumberGenerator& rng);

  peer_host(const peer_host&) = delete;
  peer_host& operator=(const peer_host&) = delete;

  /// Ends all actors, without leaving the ring: see `leave`.
  ~peer_host();

  [[nodiscard]] caf::actor_system& system() noexcept {
    return system_;
  }

  [[nodiscard]] const node_context_ptr& context() const noexcept {
    return context_;
  }

  [[nodiscard]] const supervisor_actor& supervisor() const noexcept {
    return supervisor_;
  }

  /// Spawns a peer, which the supervisor brings back when it dies, and waits
  /// until others can reach it.
  /// @returns `unreachable` when supervisor or peer have ended.
  [[nodiscard]] expected<peer_actor> add(const peer_config& wanted);

  /// Ends these peers with the host, if the supervisor has them by then.
  void adopt(const chord::peer_list& peers) {
    peers_.insert(peers_.end(), peers.begin(), peers.end());
  }

  /// Spawns peers in the places of a settled ring in which nobody else is, with
  /// their fingers.
  /// @param config_of gives what makes a peer; its `start` is replaced.
  /// @param on_progress is told now and then how much is done, of twice the
  ///        number of peers: each is spawned and given its place; says whether
  ///        to go on; may be empty.
  /// @returns their handles, in the order of their ids; as `add`, or
  ///          `interrupted`.
  [[nodiscard]] expected<std::vector<peer_actor>>
  settle(chord::peer_list peers,
         const std::function<peer_config(const chord::peer_ref&)>& config_of,
         const std::function<bool(size_t)>& on_progress = {});

  /// Waits until a peer is a member of the ring.
  /// @param is_over is asked now and then, and ends the waiting; may be empty.
  /// @returns `timeout`.
  [[nodiscard]] expected<void>
  await_membership(const peer_actor& peer, duration longest,
                   const std::function<bool()>& is_over = {});

  /// Ends this actor together with the host, in the reverse order of these
  /// calls and before everything the host itself spawned.
  template <class Handle>
  void own(const Handle& handle) {
    owned_.push_back(caf::actor_cast<caf::actor>(handle));
  }

  /// Has all peers hand over their records and leave the ring.
  /// @returns `timeout`; peers that were slower are ended with the host.
  [[nodiscard]] expected<void> leave(duration longest);

private:
  expected<void> add_some(std::span<const peer_config> wanted,
                          std::vector<peer_actor>& handles);
  void end_all();

  caf::actor_system_config config_;
  caf::actor_system system_;
  node_context_ptr context_;
  ticked_actor pacemaker_;
  supervisor_actor supervisor_;
  std::vector<caf::actor> owned_;
  chord::peer_list peers_;
};

} // namespace carillon
