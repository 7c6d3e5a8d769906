#pragma once

#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/identity/revocation_list.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/ticket.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/frames.hpp"

#include <memory>
#include <span>
#include <vector>

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

  /// Tells nodes with the same identity and incarnation apart.
  uint64_t run = 0;

  /// The bootstrap servers of the ring that run there, by their keys.
  std::vector<identity::public_key> bootstrap;

  /// It carries tunnels between others.
  bool relays = false;

  /// The node runs on several machines, and this is one of them.
  bool is_member = false;

  /// Tells whether a reference names a peer that the ticket grants this node.
  [[nodiscard]] bool speaks_for(const chord::peer_ref& peer) const;
};

/// Checks that a version of the link protocol is spoken by both sides.
/// @returns the best such version, or `unsupported_version`.
[[nodiscard]] expected<uint32_t> check_versions(const hello& said);

/// Checks that the clocks of both sides agree.
/// @returns `stale` when they are further apart than
///          `defaults::max_clock_skew`; the detail says which is ahead.
[[nodiscard]] expected<void> check_clock(const hello& said, timestamp now);

/// Checks the certificates that a node has shown: in an enrolled ring one of
/// the ring's authorities must have made them and none have revoked them; in an
/// ad-hoc ring the key alone counts.
/// @param chain in DER, the node's own first.
/// @param key that of the node, which TLS has shown it to have.
/// @returns what `identity::verify_any_node_chain` gives, `invalid_key` when
///          the certificate is for another key, or `revoked`.
[[nodiscard]] expected<void>
check_chain(std::span<const bytes> chain, const identity::public_key& key,
            const identity::ring_descriptor& ring,
            const identity::revocation_list& revoked, timestamp now);

/// Checks the hello of a node.
/// @param key the node's signature key, which TLS has shown it to have.
/// @returns `unsupported_version` when no version is spoken by both sides;
///          `wrong_ring`, also for a node that knows no ring or was not
///          admitted to it yet; `stale` when the
///          clocks are further apart than `defaults::max_clock_skew`;
///          `name_mismatch` when the ticket is another node's; `quota_exceeded`
///          for more peers than it grants; `malformed` from a member of a
///          cluster that does not say where it listens; what `open_ticket`
///          gives. The details are made for the log of either side.
[[nodiscard]] expected<partner>
check_hello(const hello& said, const identity::public_key& key,
            const identity::ring_descriptor& ring, identity::verifier& check,
            timestamp now);

} // namespace carillon::link
