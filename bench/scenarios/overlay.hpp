#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Measures what many peers in one process cost.
[[nodiscard]] expected<void> run_overlay(scenario_run& run);

inline constexpr scenario overlay_scenario{
  "overlay", "what many peers in one process cost: memory, start, hops, idling",
  bench_option::peers | bench_option::operations | bench_option::concurrency
    | bench_option::time,
  run_overlay};

} // namespace carillon
