#pragma once

#include "bench/scenario.hpp"

#include <span>

namespace carillon {

/// Gives all scenarios, in the order in which `bench all` runs them.
[[nodiscard]] std::span<const scenario> all_scenarios() noexcept;

} // namespace carillon
