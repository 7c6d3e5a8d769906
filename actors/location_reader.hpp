#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/identity/verifier.hpp"

#include <caf/stateful_actor.hpp>

#include <functional>

namespace carillon {

/// Searches for users' locations.
using location_reader_actor = caf::typed_actor<
  // Finds where a user's adapter is.
  caf::replies_to<lookup_atom,
                  identity::address_of_record>::with<location_reading>>;

/// What searches for locations need.
struct location_reader_config {
  node_context_ptr node;
  /// Gives the peer of this process that asks; called for each search.
  std::function<peer_actor()> asker;
};

/// What searches have in common.
struct location_reader_state {
  static constexpr const char* name = "location_reader";

  location_reader_config config;
  // Who is called again has the same record: its signatures are remembered,
  // its expiry is not.
  identity::verifier check;
};

/// Asks the holders of a user's location one after the other until one gives
/// it; among hostile peers, who might give a former one, it asks all at once
/// and takes the newest. That there is none is believed when two of them say
/// so, of different nodes, or all there are. Searches for several users run at
/// the same time.
location_reader_actor::behavior_type location_reader(
  location_reader_actor::stateful_pointer<location_reader_state> self,
  location_reader_config config);

} // namespace carillon
