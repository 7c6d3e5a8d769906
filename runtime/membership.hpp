#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "actors/node_ticket.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "runtime/config.hpp"
#include "runtime/link/seek_admission.hpp"

#include <botan/rng.h>

#include <functional>
#include <memory>

namespace carillon {

/// The ring that a node is in, and what admits the node to it.
struct membership {
  std::shared_ptr<const identity::ring_descriptor> ring;
  /// The keys of the bootstrap server of this node; null when it is none.
  std::shared_ptr<const identity::key_pair> bootstrap;
  granted_ticket ticket;
};

/// What a node enters a ring with.
struct entrance {
  const config* settings = nullptr;
  std::shared_ptr<const clock> time;
  logger log;
  const identity::key_pair* keys = nullptr;
  /// The node's certificates in DER, its own first.
  std::vector<bytes> chain;
  /// Tells whether somebody asked the process to end.
  std::function<bool()> is_stopped;
};

/// Gets a node into its ring: founds one, or takes up the one of the data
/// directory, or has a bootstrap server of the configuration let it in, which
/// is tried until it works. A ticket that is still good lets a node in with all
/// bootstrap servers down.
/// @returns `invalid_configuration` when the ring is not the one that the
///          configuration wants, or when it is to be discovered and the
///          configuration does not say which one it is; `interrupted`; what
///          `seek_admission` and the files of the data directory give.
[[nodiscard]] expected<membership>
enter_ring(const entrance& with, Botan::RandomNumberGenerator& rng);

} // namespace carillon
