#pragma once

#include "actors/peer.hpp"
#include "actors/restart_limit.hpp"

#include <caf/stateful_actor.hpp>

#include <unordered_map>
#include <vector>

namespace carillon {

/// How stubbornly peers are brought back.
struct supervisor_config {
  node_context_ptr node;
  size_t max_restarts = defaults::max_restarts;
  duration restart_period = defaults::restart_period;
};

/// The peers of a process and how they came to be.
struct supervisor_state {
  static constexpr const char* name = "supervisor";

  explicit supervisor_state(supervisor_actor::pointer owner)
    : self(owner) {}

  peer_actor add(const peer_config& given);
  void on_down(const caf::down_msg& msg);
  void on_neighbours(const chord::member_view& view);
  caf::typed_response_promise<left_atom> leave();
  caf::typed_response_promise<left_atom> remove(const chord::ring_id& id,
                                                bool in_order);

  supervisor_actor::pointer self;
  supervisor_config config;

private:
  struct child {
    peer_config_ptr config;
    peer_actor handle;
    restart_limit restarts;
    chord::member_view neighbours;
    /// Who waits for its end; it is not brought back then.
    std::vector<caf::typed_response_promise<left_atom>> ending;
  };

  void spawn(child& which);
  void restart(child& which, const caf::error& reason);
  void give_up(child& which);
  void forget(const chord::ring_id& id);
  void finish_leaving();

  std::unordered_map<chord::ring_id, child> children_;
  std::unordered_map<caf::actor_addr, chord::ring_id> positions_;
  caf::typed_response_promise<left_atom> leaving_;
};

/// Brings back peers that die: a peer dies with any of its actors, and comes
/// back to the same ring position with the records of the store. One that dies
/// too often is given up: its neighbours are told whom it leaves behind, and
/// the process lives on.
supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self,
           supervisor_config config);

} // namespace carillon
