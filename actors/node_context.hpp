#pragma once

#include "actors/alarm.hpp"
#include "actors/clock.hpp"
#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"
#include "actors/log.hpp"
#include "actors/node_metrics.hpp"
#include "actors/node_ticket.hpp"
#include "actors/peer_directory.hpp"
#include "actors/revocations.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/ring_descriptor.hpp"

#include <vector>

namespace carillon {

/// Who a node is: its keys and what a bootstrap server granted it.
struct node_identity {
  identity::key_pair keys;
  /// The admission ticket, which is renewed while the node runs.
  std::shared_ptr<node_ticket> ticket;
  /// What references to the node's peers share.
  std::shared_ptr<const chord::node_info> info;
};

/// Makes a node's identity, with a ticket that a bootstrap server signs.
/// @param endpoint where the node listens for links; empty when nowhere
/// @returns what `identity::seal_ticket` gives.
[[nodiscard]] expected<node_identity_ptr> make_node_identity(
  identity::key_pair keys, std::string endpoint, const identity::ticket& grant,
  const identity::ring_descriptor& ring, const identity::key_pair& bootstrap,
  Botan::RandomNumberGenerator& rng);

/// Names a virtual peer of a node.
/// @returns `quota_exceeded` when the ticket does not permit that many.
[[nodiscard]] expected<chord::peer_ref> make_peer_ref(const node_identity& node,
                                                      uint32_t index);

/// What all actors of a process share. It is complete before the first peer is
/// spawned and does not change.
struct node_context {
  std::shared_ptr<const clock> time;
  std::shared_ptr<log_sink> sink;
  std::shared_ptr<const identity::ring_descriptor> ring;
  std::shared_ptr<peer_directory> directory;
  /// When actors are ticked; never null.
  std::shared_ptr<alarm_board> alarms =
    std::make_shared<alarm_board>(defaults::tick_interval);
  record_writer_actor writer;
  std::vector<crypto_worker_actor> workers;
  /// Makes the nonces of questions unpredictable; at least 32 random bytes.
  bytes nonce_secret;
  /// The share of hostile peers that the node is to withstand: above 0 its
  /// lookups are guarded, its peers keep successors that others do not name,
  /// and its readers ask all holders of a location.
  double expected_hostile_share = 0;
  /// Which certificates were revoked; never null.
  std::shared_ptr<const revocations> revoked = std::make_shared<revocations>();
  /// What is counted; never null.
  std::shared_ptr<node_metrics> metrics = std::make_shared<node_metrics>();

  /// Gives the log of a subsystem.
  [[nodiscard]] logger log(subsystem from) const noexcept {
    return {sink, from};
  }
};

} // namespace carillon
