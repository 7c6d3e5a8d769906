#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/frames.hpp"

#include <memory>

namespace Botan {
class RandomNumberGenerator;
} // namespace Botan

namespace carillon::link {

/// Who a bootstrap server admits nodes as.
struct admission_rules {
  /// The bootstrap server's keys, listed in the ring descriptor.
  std::shared_ptr<const identity::key_pair> bootstrap;

  std::shared_ptr<const identity::ring_descriptor> ring;

  /// Makes the salts: the same node always gets the same one, and nobody else
  /// can tell which. 32 random bytes.
  bytes secret;

  /// The most virtual peers of one node.
  uint32_t max_peers = 1;
};

/// Makes the ticket that admits a node: for as many peers as it asks for and
/// the rules permit, and at the positions that it had before, as far as it can
/// show an earlier ticket.
/// @param node the node's signature key, which TLS has shown it to have.
/// @returns the sealed ticket; `quota_exceeded` when it asks for no or too many
///          peers; `name_mismatch` when the earlier ticket is another node's;
///          what `reopen_ticket` and `seal_ticket` give.
[[nodiscard]] expected<bytes> admit(const join_request& asked,
                                    const identity::public_key& node,
                                    const admission_rules& rules,
                                    identity::verifier& check, timestamp now,
                                    Botan::RandomNumberGenerator& rng);

} // namespace carillon::link
