#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"

namespace carillon {

/// What the share holder of a peer needs.
struct share_holder_config {
  node_context_ptr node;
  node_identity_ptr identity;
  chord::peer_ref self;
  peer_actor peer;
  chord::lookup_options lookups;
  /// The peer comes into a ring that others hold records of already.
  bool joins = false;

  /// Gives a worker of the process; calls take turns through all of them.
  [[nodiscard]] const crypto_worker_actor& worker() {
    return node->workers[next_worker++ % node->workers.size()];
  }

  size_t next_worker = 0;
};

} // namespace carillon
