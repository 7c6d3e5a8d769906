#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/chord/shunned_peers.hpp"

#include <caf/stateful_actor.hpp>

#include <random>
#include <vector>

namespace carillon {

/// How a finger table is kept.
struct finger_manager_config {
  std::shared_ptr<const clock> time;
  std::shared_ptr<alarm_board> alarms;
  chord::ring_id self;
  peer_actor peer;
  /// Mean time between two refreshes of the whole table while it changes, and
  /// when it has not changed for long.
  duration refresh_interval{};
  duration max_refresh_interval{};
  /// Seeds the moments of refreshes, so that not all peers refresh at once.
  uint64_t seed = 0;
  /// Among hostile peers: who has failed is no finger for long, and only its
  /// place is looked at.
  bool is_guarded = false;
};

/// The finger table of one peer while it is worked on.
struct finger_manager_state {
  static constexpr const char* name = "finger_manager";

  finger_manager_config config;
  /// What the peer routes by; never null once the manager runs.
  chord::finger_table_ptr table;
  /// The first exponent whose finger is not a successor anyhow.
  size_t first_exponent = 0;
  bool in_ring = false;
  bool refreshing = false;
  bool changed = false;
  /// Among hostile peers: the exponents of fingers that have failed, and who
  /// has failed lately.
  std::vector<size_t> lacking;
  chord::shunned_peers shunned;
  duration interval{};
  timestamp next_refresh{};
  timestamp next_mending = timestamp::max();
  alarm wake;
  std::minstd_rand random;
};

/// Fills, refreshes and prunes the finger table of a peer: the one writer of
/// the snapshots that the peer routes by. A refresh walks from the nearest
/// target to the farthest and skips targets that an answer covers already, so
/// it takes about log2(N) lookups. Refreshes become rare while they change
/// nothing. A finger that has failed brings the next one nearer; among hostile
/// peers only its place is looked up, and it is left alone for a while.
finger_manager_actor::behavior_type finger_manager(
  finger_manager_actor::stateful_pointer<finger_manager_state> self,
  finger_manager_config config);

} // namespace carillon
