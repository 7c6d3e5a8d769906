#pragma once

#include "actors/interfaces.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>

namespace carillon {

/// The vault behind a key keeper.
struct key_keeper_state {
  static constexpr const char* name = "key_keeper";

  std::shared_ptr<key_vault> vault;
};

/// Gives adapters their users' keys. Spawn it detached when the vault may
/// block.
key_keeper_actor::behavior_type
key_keeper(key_keeper_actor::stateful_pointer<key_keeper_state> self,
           std::shared_ptr<key_vault> vault);

} // namespace carillon
