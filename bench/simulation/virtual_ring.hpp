#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "actors/peer.hpp"
#include "actors/supervisor.hpp"
#include "bench/simulation/simulated_network.hpp"
#include "storage/record_store.hpp"

#include <botan/chacha_rng.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace carillon {

/// How a ring in virtual time is founded, and what is around its peers.
struct virtual_ring_settings {
  uint8_t k = 4;
  uint8_t n = 8;
  uint8_t replicas = 3;
  size_t successors = chord::defaults::successors;
  /// Virtual peers of each node.
  uint32_t peers_per_node = 1;
  /// What is between the nodes; without it they are as one process.
  std::optional<network_conditions> network;
  /// Gives where each node listens for links, by its number; nowhere if empty.
  std::function<std::string(size_t)> endpoint_of;
  /// The share of hostile peers that nodes are to withstand.
  double expected_hostile_share = 0;
  /// Which certificates were revoked, as all nodes know.
  std::shared_ptr<revocations> revoked = std::make_shared<revocations>();
  /// Changes what the ring is founded with.
  std::function<void(identity::ring_settings&)> found;
  share_holder_factory make_holder;
  /// Finds who takes what is delivered at a peer under a name.
  std::function<delivery_actor(const chord::peer_ref&, const std::string&)>
    find_addressee;
  /// Takes what is logged; may be null.
  std::shared_ptr<log_sink> sink;
  /// Keeps all records; one in memory if null.
  std::shared_ptr<storage::record_store> store;
  /// Gives what peers use instead of a record writer, if anything.
  std::function<record_writer_actor(caf::actor_system&, record_writer_actor)>
    wrap_writer;
  /// The steps in which time goes on; delays are rounded up to them.
  duration resolution = defaults::tick_interval;
  /// Whether virtual time goes no faster than real time.
  bool is_paced = false;
};

/// A ring of actors in virtual time: one thread, a clock that moves only when
/// told, and a scheduler that takes jobs in an order drawn from a seed. Each
/// peer is a node of its own unless asked otherwise.
class virtual_ring {
public:
  /// @throws std::runtime_error when no ring can be founded so
  virtual_ring(uint64_t seed, virtual_ring_settings how);
  virtual_ring(const virtual_ring&) = delete;
  ~virtual_ring();

  /// Spawns peers in the places of a settled ring.
  /// @param with_fingers whether they begin with finger tables that were
  ///        computed as well; else they make them by looking up.
  void settle(size_t count, bool with_fingers = false);

  /// Spawns a peer that joins, or founds the ring when it is the first.
  chord::peer_ref join();

  /// Ends a peer without notice, so that nobody brings it back.
  void crash(const chord::peer_ref& which);

  /// Ends several peers at the same moment.
  void crash(const chord::peer_list& victims);

  /// Has a peer leave in order.
  void leave(const chord::peer_ref& which);

  /// As above, without waiting until it has.
  void start_leaving(const chord::peer_ref& which);

  /// Takes a peer that has ended by itself off the list.
  void forget(const chord::peer_ref& which) {
    std::erase(peers_, which);
    members_.erase(which.id);
  }

  /// Runs what is ready.
  void run();

  /// Runs everything that becomes due within this time.
  void advance(duration time);

  /// Moves the clock on as if the process had been asleep, and runs what has
  /// become due; for times that are too long to go through in steps.
  void jump(duration time);

  /// Sends a request and runs until it is answered.
  /// @throws std::runtime_error when no answer comes within a virtual minute
  template <class Result, class Handle, class... Ts>
  Result ask(const Handle& whom, Ts&&... xs) {
    caf::scoped_actor asker{system, true};
    auto response =
      asker->request(whom, caf::infinite, std::forward<Ts>(xs)...);
    const auto patience = now() + std::chrono::minutes{1};
    run();
    while (!asker->has_next_message() && now() < patience)
      advance(settings_.resolution);
    std::optional<Result> result;
    if (asker->has_next_message())
      response.receive([&](Result& value) { result = std::move(value); },
                       [](caf::error&) {});
    if (!result)
      throw std::runtime_error{"no answer"};
    return std::move(*result);
  }

  /// Sends a request without waiting for its answer.
  /// @param take is given the answer, or null when there will be none;
  ///        called while the ring runs.
  template <class Result, class Handle, class Take, class... Ts>
  void request(const Handle& whom, Take take, const Ts&... xs) {
    // With an argument: CAF 0.17 reads those of a function that has none.
    system.spawn(
      [=](caf::event_based_actor* self, int) {
        self->request(whom, caf::infinite, xs...)
          .then([take](const Result& answer) { take(&answer); },
                [take](const caf::error&) {
                  take(static_cast<const Result*>(nullptr));
                });
      },
      0);
  }

  lookup_outcome
  lookup(const chord::peer_ref& from, const chord::ring_id& key,
         chord::routing_strategy how = chord::routing_strategy::semi_recursive);

  /// Gives what all live peers know of their neighbours.
  std::vector<chord::member_view> views();

  /// Gives the true owner of a key.
  /// @param age how long a peer must have been there to count, if there is one.
  chord::peer_ref owner_of(const chord::ring_id& key, duration age = {}) const;

  peer_actor handle(const chord::peer_ref& which) const {
    return network ? network->actor_of(which)
                   : context->directory->resolve(which);
  }

  /// Ends all peers at the same moment and brings them back with what is on
  /// their disks: the first founds the ring again, the others join.
  void restart_all() {
    restart_all(found_ring{});
  }

  /// As above, but the first comes back so.
  void restart_all(const peer_start& first);

  const chord::peer_list& peers() const {
    return peers_;
  }

  /// Gives the first of them after a point.
  const chord::ring_id& next_member(const chord::ring_id& id) const {
    const auto next = members_.upper_bound(id);
    return next == members_.end() ? members_.begin()->first : next->first;
  }

  /// Tells whether a peer is one of them.
  bool is_member(const chord::ring_id& id) const {
    return members_.contains(id);
  }

  /// Gives who the node of a peer is.
  const node_identity_ptr& identity_of(const chord::peer_ref& peer) const {
    return identities_.at(peer.id);
  }

  /// Draws what seeds a generator.
  bytes seed();

  const chord::peer_ref& random_peer() {
    return peers_[random() % peers_.size()];
  }

  /// Gives a random peer that has been there for a while, if there is one.
  const chord::peer_ref& random_peer(duration age);

  timestamp now() const {
    return context->time->now();
  }

  caf::actor_system_config config;
  std::mt19937_64 random;
  caf::actor_system system;
  Botan::ChaCha_RNG rng;
  identity::key_pair bootstrap;
  /// What is between the nodes; null when they are as one process.
  std::shared_ptr<simulated_network> network;
  node_context_ptr context;
  supervisor_actor keeper;

private:
  using wall_clock = std::chrono::steady_clock;

  void await_real_time() const;

  /// What writes to the store and reads it without delay.
  record_writer_actor writer_;
  ticked_actor pacemaker_;
  chord::peer_ref new_peer();
  void add(const chord::peer_ref& peer);
  [[nodiscard]] bool is_older(const chord::ring_id& id, duration age) const;
  peer_config config_for(const chord::peer_ref& self);

  virtual_ring_settings settings_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<node_identity_ptr> nodes_;
  std::vector<ticket_keeper_actor> ticket_keepers_;
  std::map<chord::ring_id, node_identity_ptr> identities_;
  uint32_t next_index_ = 0;
  // When a ring that is paced began, by both clocks.
  timestamp virtual_begin_;
  wall_clock::time_point real_begin_;
  chord::peer_list peers_;

  struct member {
    chord::peer_ref peer;
    timestamp since;
  };

  // The same by their ids.
  std::map<chord::ring_id, member> members_;
};

} // namespace carillon
