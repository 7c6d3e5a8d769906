#pragma once

#include "bench/scenario.hpp"
#include "bench/simulation/virtual_ring.hpp"

#include <nlohmann/json.hpp>

namespace carillon {

/// Gives what rings in virtual time are founded with: what was asked for, and
/// locations that do not run out while a point lasts.
/// @returns `invalid_threshold` when --k is more than --n.
[[nodiscard]] expected<virtual_ring_settings>
simulated_settings(const scenario_run& run);

/// Gives the parameters of a report that tell the same.
[[nodiscard]] nlohmann::json
simulated_parameters(const scenario_run& run,
                     const virtual_ring_settings& settings);

/// Tells whether all peers of a ring have the neighbours of a settled one.
[[nodiscard]] bool is_settled(virtual_ring& ring);

} // namespace carillon
