#pragma once

#include "actors/clock.hpp"
#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/identity/verifier.hpp"

#include <botan/chacha_rng.h>
#include <caf/stateful_actor.hpp>

namespace carillon {

/// What one worker needs.
struct crypto_worker_config {
  std::shared_ptr<const clock> time;
  std::shared_ptr<const identity::ring_descriptor> ring;
  /// Seeds the worker's own generator; at least 32 random bytes.
  bytes seed;
  /// What the workers of the process have found good (`shared_signatures`);
  /// null for one that keeps it to itself.
  std::shared_ptr<identity::checked_signatures> checked = nullptr;
};

/// A worker's caches of keys and of checks that succeeded.
struct crypto_worker_state {
  static constexpr const char* name = "crypto_worker";

  crypto_worker_config config;
  identity::verifier check;
  std::unique_ptr<Botan::ChaCha_RNG> rng;
};

/// Signs and verifies, so that peers do not wait for it. A process has a few.
crypto_worker_actor::behavior_type
crypto_worker(crypto_worker_actor::stateful_pointer<crypto_worker_state> self,
              crypto_worker_config config);

} // namespace carillon
