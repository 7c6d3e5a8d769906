#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/secp2psip/registrar.hpp"
#include "protocols/secp2psip/replay_cache.hpp"

#include <botan/chacha_rng.h>
#include <caf/stateful_actor.hpp>

namespace carillon {

/// What a bootstrap server needs.
struct bootstrap_config {
  node_context_ptr node;
  /// The bootstrap server's key, listed in the ring descriptor.
  std::shared_ptr<const identity::key_pair> keys;
  /// The peer through which it stores records and answers.
  peer_actor peer;
  /// Seeds its own generator; at least 32 random bytes.
  bytes seed;
};

struct bootstrap_state;

/// Admits names: takes SECP2PSIP REGISTER as deliveries, checks that the name
/// is free or the sender's and that the sender holds the key, splits the key
/// and stores the user's location and the shares, and answers REGISTERED when
/// all of it is on disk (SecP2PSIP section IV.2).
///
/// The location is stored first: its key's owner decides which of two
/// competing admissions of one name is the first.
delivery_actor::behavior_type
bootstrap(delivery_actor::stateful_pointer<bootstrap_state> self,
          bootstrap_config config);

} // namespace carillon
