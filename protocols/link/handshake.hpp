#pragma once

#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/ticket.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/frames.hpp"

#include <memory>

namespace carillon::link {

/// The node at the other end of a link, as its hello and its key show it.
struct partner {
  /// The version of the link protocol that both sides speak.
  uint32_t version = 0;

  /// The fingerprint of the node and where it listens; what references to its
  /// peers share.
  std::shared_ptr<const chord::node_info> node;

  identity::ticket ticket;

  /// Virtual peers that run there.
  uint32_t peers = 0;

  uint64_t incarnation = 0;

  /// Tells whether a reference names a peer that the ticket grants this node.
  [[nodiscard]] bool speaks_for(const chord::peer_ref& peer) const;
};

/// Checks the hello of a node.
/// @param key the node's signature key, which TLS has shown it to have.
/// @returns `unsupported_version` when no version is spoken by both sides;
///          `wrong_ring`, also for a node that knows no ring or was not
///          admitted to it yet; `stale` when the
///          clocks are further apart than `defaults::max_clock_skew`;
///          `name_mismatch` when the ticket is another node's; `quota_exceeded`
///          for more peers than it grants; what `open_ticket` gives. The
///          details are made for the log of either side.
[[nodiscard]] expected<partner>
check_hello(const hello& said, const identity::public_key& key,
            const identity::ring_descriptor& ring, identity::verifier& check,
            timestamp now);

} // namespace carillon::link
