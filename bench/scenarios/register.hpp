#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Measures what it costs a node to register phones, and how many a second it
/// registers.
[[nodiscard]] expected<void> run_register(scenario_run& run);

inline constexpr scenario register_scenario{
  "register", "phones that register with a node, over UDP",
  bench_option::load | bench_option::users | bench_option::time
    | bench_option::operations,
  run_register};

} // namespace carillon
