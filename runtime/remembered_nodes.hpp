#pragma once

#include "actors/interfaces.hpp"
#include "protocols/error.hpp"

#include <caf/actor_system.hpp>

#include <string>
#include <vector>

namespace carillon {

/// Gives the addresses of other nodes that an earlier run has kept.
/// @returns what the record writer gives.
[[nodiscard]] expected<std::vector<std::string>>
load_remembered_nodes(caf::actor_system& system,
                      const record_writer_actor& writer);

/// Keeps the addresses of other nodes for the next run; a loss of this is
/// harmless.
void save_remembered_nodes(const record_writer_actor& writer,
                           const std::vector<std::string>& addresses);

} // namespace carillon
