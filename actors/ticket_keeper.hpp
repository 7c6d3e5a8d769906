#pragma once

#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "actors/ticket_source.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>

namespace carillon {

/// Whose ticket is kept good, and by whom.
struct ticket_keeper_config {
  node_context_ptr node;
  node_identity_ptr identity;
  ticket_source source;
};

/// A node's ticket and when it has to be renewed.
struct ticket_keeper_state {
  static constexpr const char* name = "ticket_keeper";

  explicit ticket_keeper_state(ticket_keeper_actor::pointer owner)
    : self(owner) {}

  void start(ticket_keeper_config given);
  void on_tick();
  void on_ticket(const ticket_outcome& got);

  ticket_keeper_actor::pointer self;

private:
  void wake_at(timestamp when);

  ticket_keeper_config config_;
  alarm alarm_;
  duration retry_ = defaults::renewal_retry;
};

/// Renews the admission ticket of a node long before it ends: without a good
/// ticket nobody believes the answers of its peers.
ticket_keeper_actor::behavior_type
ticket_keeper(ticket_keeper_actor::stateful_pointer<ticket_keeper_state> self,
              ticket_keeper_config config);

/// Makes the tickets of a node that is a bootstrap server itself.
/// @param bootstrap the bootstrap server's key, listed in the ring descriptor.
/// @param seed seeds its own generator; at least 32 random bytes.
[[nodiscard]] ticket_source
own_tickets(const node_context_ptr& node, const node_identity_ptr& identity,
            const std::shared_ptr<const identity::key_pair>& bootstrap,
            const bytes& seed);

} // namespace carillon
