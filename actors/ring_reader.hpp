#pragma once

#include "actors/interfaces.hpp"
#include "actors/location_reader.hpp"
#include "actors/node_context.hpp"

#include <caf/stateful_actor.hpp>

namespace carillon {

/// What reads of one node need.
struct ring_reader_config {
  node_context_ptr node;
  /// The peer of this process that asks; looked up for each read, since a peer
  /// that died comes back under another handle.
  chord::peer_ref place;
};

/// What carries out the reads of a node.
struct ring_reader_state {
  static constexpr const char* name = "ring_reader";

  ring_reader_config config;
  /// Null until the first search, and after a failure.
  location_reader_actor locations;
  /// Numbers the reads of keys.
  uint64_t reads = 0;
};

/// Reads users' keys and locations for the adapters of a node. Each read of a
/// key is an actor of its own for as long as it takes: it asks for k random
/// shares at once, and for others in place of bad or missing ones.
ring_reader_actor::behavior_type
ring_reader(ring_reader_actor::stateful_pointer<ring_reader_state> self,
            ring_reader_config config);

} // namespace carillon
