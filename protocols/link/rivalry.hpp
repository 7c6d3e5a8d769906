#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/link/handshake.hpp"

namespace carillon::link {

/// One of two links to the same node.
struct rival {
  const partner* with = nullptr;
  /// This node has opened it.
  bool dialled = false;
};

/// Tells whether only one of two links to the same node can stay. A cluster is
/// one node on several machines, with a link to each of them.
/// @returns `identity_in_use` when one is to a member of a cluster and the
///          other is not: nodes do not become clusters while they run.
[[nodiscard]] expected<bool> are_rivals(const partner& one,
                                        const partner& other);

/// Decides which of two links that are rivals stays. Both sides decide alike,
/// whichever of the links each of them saw first: a later run of a node takes
/// the place of an earlier one; of two that the nodes opened to each other at
/// once, the one stays that the node with the lower fingerprint has opened; of
/// two that the same node has opened, the later, since it has given up the
/// other.
/// @param own the fingerprint of this node.
/// @returns whether the fresh link stays; `identity_in_use` when it is of an
///          earlier run, or of another node with the same keys.
[[nodiscard]] expected<bool> prefers_fresh(const identity::fingerprint& own,
                                           const rival& old,
                                           const rival& fresh);

} // namespace carillon::link
