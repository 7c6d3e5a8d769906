#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/identity/verifier.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <optional>
#include <set>

namespace carillon {

/// One search for a user's location.
using location_read_actor = caf::typed_actor<
  // Does the search; the actor ends with it.
  caf::replies_to<lookup_atom,
                  identity::address_of_record>::with<location_reading>>;

/// How far the search has come.
struct location_read_state {
  static constexpr const char* name = "location_read";

  node_context_ptr node;
  peer_actor peer;
  identity::address_of_record aor;
  caf::typed_response_promise<location_reading> promise;
  identity::verifier check;
  // The holder to ask next, counted from the owner.
  uint8_t rank = 0;
  // How many are asked at a time, and how many of them have not answered.
  size_t width = 1;
  size_t open = 0;
  // Of those that have been given.
  std::optional<identity::verified_location> newest;
  uint16_t hops = 0;
  // The nodes of the holders that say that there is no such record.
  std::set<identity::fingerprint> deniers;
  // Those holders themselves.
  chord::peer_list without;
  // Whether another holder gave no good answer.
  bool doubted = false;
  std::optional<error> failure;
};

/// Asks the holders of a user's location one after the other until one gives
/// it; among hostile peers, who might give a former one, it asks all at once
/// and takes the newest. That there is none is believed when two of them say
/// so, of different nodes, or all there are.
location_read_actor::behavior_type
location_read(location_read_actor::stateful_pointer<location_read_state> self,
              node_context_ptr node, peer_actor peer);

} // namespace carillon
