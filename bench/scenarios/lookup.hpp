#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Measures lookups, and beside them what their actors could do at best.
[[nodiscard]] expected<void> run_lookup(scenario_run& run);

inline constexpr scenario lookup_scenario{
  "lookup", "lookups a second, beside a bare walk over as many actors",
  bench_option::peers | bench_option::operations | bench_option::concurrency
    | bench_option::routing,
  run_lookup};

} // namespace carillon
