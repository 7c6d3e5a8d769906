#pragma once

#include "protocols/chord/ring_id.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace carillon::chord {

/// What the virtual peers of one node have in common.
struct node_info {
  /// SHA-256 of the node's public signature key.
  std::array<uint8_t, 32> fingerprint{};
  /// Where the node listens for links, as "host:port"; empty when nowhere.
  std::string endpoint;
};

/// Names a virtual peer, wherever it lives. Plain data: it may cross the wire
/// and be stored. Copies share the description of the node.
struct peer_ref {
  /// The position on the ring.
  ring_id id;
  /// The number of the virtual peer within its node.
  uint32_t index = 0;
  /// The node; never null but in a default-constructed reference.
  std::shared_ptr<const node_info> node;
};

/// Two references are equal when they name the same ring position.
[[nodiscard]] inline bool operator==(const peer_ref& lhs,
                                     const peer_ref& rhs) noexcept {
  return lhs.id == rhs.id;
}

/// Tells whether two peers run on the same node, and so fail together.
[[nodiscard]] inline bool same_node(const peer_ref& lhs,
                                    const peer_ref& rhs) noexcept {
  return lhs.node == rhs.node
    || (lhs.node && rhs.node && lhs.node->fingerprint == rhs.node->fingerprint);
}

/// Tells whether two peers run in the same process: those of a cluster, which
/// is one node, run at several addresses.
[[nodiscard]] inline bool same_place(const peer_ref& lhs,
                                     const peer_ref& rhs) noexcept {
  return same_node(lhs, rhs)
    && (lhs.node == rhs.node || lhs.node->endpoint == rhs.node->endpoint);
}

/// Peers in clockwise order.
using peer_list = std::vector<peer_ref>;

} // namespace carillon::chord
