#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "actors/peer.hpp"
#include "actors/supervisor.hpp"
#include "tests/support/faulty_store.hpp"
#include "tests/support/keys.hpp"
#include "tests/support/simulated_network.hpp"

#include <botan/chacha_rng.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace carillon::test {

/// Collects what is logged.
class log_recorder final : public log_sink {
public:
  [[nodiscard]] bool enabled(log_level, subsystem) const noexcept override {
    return true;
  }

  void write(log_level level, subsystem from, std::string_view trace_id,
             std::string_view message) noexcept override;

  /// Tells whether a line holds this text.
  [[nodiscard]] bool holds(std::string_view text) const;

private:
  std::vector<std::string> lines_;
};

/// A ring of actors in virtual time: one thread, a clock that moves only when
/// told, and a scheduler that takes jobs in an order drawn from a seed. Each
/// peer is a node of its own unless asked otherwise.
class virtual_ring {
public:
  struct settings {
    uint8_t k = 4;
    uint8_t n = 8;
    uint8_t replicas = 3;
    size_t successors = chord::defaults::successors;
    /// Virtual peers of each node.
    uint32_t peers_per_node = 1;
    /// What is between the nodes; without it they are as one process.
    std::optional<simulated_network::settings> network;
    /// Gives where each node listens for links, by its number; nowhere if
    /// empty.
    std::function<std::string(size_t)> endpoint_of;
    /// How long it takes to read the records of a peer.
    duration read_time{};
    /// Which certificates were revoked, as all nodes know.
    std::shared_ptr<revocations> revoked = std::make_shared<revocations>();
    /// Changes what the ring is founded with.
    std::function<void(identity::ring_settings&)> found;
    share_holder_factory make_holder;
    /// Who takes deliveries at any peer.
    std::function<delivery_actor(const std::string&)> find_addressee;
  };

  explicit virtual_ring(uint64_t seed);
  virtual_ring(uint64_t seed, settings how);
  virtual_ring(const virtual_ring&) = delete;
  ~virtual_ring();

  /// Spawns peers in the places of a settled ring.
  void settle(size_t count);

  /// Spawns a peer that joins, or founds the ring when it is the first.
  chord::peer_ref join();

  /// Ends a peer without notice, so that nobody brings it back.
  void crash(const chord::peer_ref& which);

  /// Ends several peers at the same moment.
  void crash(const chord::peer_list& victims);

  /// Has a peer leave in order.
  void leave(const chord::peer_ref& which);

  /// Takes a peer that has ended by itself off the list.
  void forget(const chord::peer_ref& which) {
    std::erase(peers_, which);
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
    for (int i = 0; i < 3'000 && !asker->has_next_message(); ++i)
      i == 0 ? run() : advance(step);
    std::optional<Result> result;
    if (asker->has_next_message())
      response.receive([&](Result& value) { result = std::move(value); },
                       [](caf::error&) {});
    if (!result)
      throw std::runtime_error{"no answer"};
    return std::move(*result);
  }

  lookup_outcome
  lookup(const chord::peer_ref& from, const chord::ring_id& key,
         chord::routing_strategy how = chord::routing_strategy::semi_recursive);

  /// Gives what all live peers know of their neighbours.
  std::vector<chord::member_view> views();

  /// Gives the true owner of a key.
  chord::peer_ref owner_of(const chord::ring_id& key) const;

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

  const chord::peer_ref& random_peer() {
    return peers_[random() % peers_.size()];
  }

  timestamp now() const {
    return context->time->now();
  }

  static constexpr duration step = defaults::tick_interval;

  caf::actor_system_config config;
  std::mt19937_64 random;
  caf::actor_system system;
  Botan::ChaCha_RNG rng;
  identity::key_pair bootstrap;
  std::shared_ptr<log_recorder> log = std::make_shared<log_recorder>();
  std::shared_ptr<faulty_store> store = std::make_shared<faulty_store>();
  /// What is between the nodes; null when they are as one process.
  std::shared_ptr<simulated_network> network;
  node_context_ptr context;
  supervisor_actor keeper;

private:
  /// What writes to the store and reads it without delay.
  record_writer_actor writer_;
  ticked_actor pacemaker_;
  chord::peer_ref new_peer();
  peer_config config_for(const chord::peer_ref& self);

  settings settings_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<node_identity_ptr> nodes_;
  std::vector<ticket_keeper_actor> ticket_keepers_;
  std::map<chord::ring_id, node_identity_ptr> identities_;
  uint32_t next_index_ = 0;
  chord::peer_list peers_;
};

} // namespace carillon::test
