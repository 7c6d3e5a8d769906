#pragma once

#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/fingerprint.hpp"

namespace carillon::identity {

/// Gives the fingerprint of a node's public signature key, which names it.
[[nodiscard]] inline fingerprint fingerprint_of(const chord::node_info& node) {
  // Both are arrays of the same length.
  static_assert(sizeof(node.fingerprint) == fingerprint::size);
  return *fingerprint::from_bytes(node.fingerprint);
}

} // namespace carillon::identity
