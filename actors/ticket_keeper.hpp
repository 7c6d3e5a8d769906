#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"

#include <botan/chacha_rng.h>
#include <caf/stateful_actor.hpp>

#include <memory>

namespace carillon {

/// Whose ticket is kept good, and by whom.
struct ticket_keeper_config {
  node_context_ptr node;
  node_identity_ptr identity;
  /// The bootstrap server's key, listed in the ring descriptor.
  std::shared_ptr<const identity::key_pair> bootstrap;
  /// Seeds its own generator; at least 32 random bytes.
  bytes seed;
};

/// A node's ticket and what signs the next one.
struct ticket_keeper_state {
  static constexpr const char* name = "ticket_keeper";

  explicit ticket_keeper_state(ticked_actor::pointer owner)
    : self(owner) {}

  void start(ticket_keeper_config given);
  void on_tick();

  ticked_actor::pointer self;

private:
  void wake_at(timestamp when);

  ticket_keeper_config config_;
  std::unique_ptr<Botan::ChaCha_RNG> rng_;
};

/// Renews the admission ticket of a node that is a bootstrap server itself,
/// long before it ends: without a good ticket nobody believes the answers of
/// its peers.
ticked_actor::behavior_type
ticket_keeper(ticked_actor::stateful_pointer<ticket_keeper_state> self,
              ticket_keeper_config config);

} // namespace carillon
