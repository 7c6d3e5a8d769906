#pragma once

#include "actors/node_context.hpp"
#include "protocols/identity/ring_descriptor.hpp"

#include <botan/rng.h>

#include <memory>

namespace carillon {

/// A ring that was founded for a measurement.
struct founded_ring {
  std::shared_ptr<const identity::ring_descriptor> descriptor;
  /// The keys of its one bootstrap server.
  std::shared_ptr<const identity::key_pair> bootstrap;
};

/// Founds a ring with a bootstrap server of its own.
/// @param settings whose `bootstrap_keys` are replaced.
/// @returns what making keys and `identity::ring_descriptor::found` give.
[[nodiscard]] expected<founded_ring>
found_bench_ring(identity::ring_settings settings,
                 Botan::RandomNumberGenerator& rng);

/// Makes a node that the bootstrap server of a ring has admitted.
/// @param peers that the node may run.
/// @returns what making keys and `make_node_identity` give.
[[nodiscard]] expected<node_identity_ptr>
admit_node(const founded_ring& ring, uint32_t peers, timestamp now,
           Botan::RandomNumberGenerator& rng);

} // namespace carillon
