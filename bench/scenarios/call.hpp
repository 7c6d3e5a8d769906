#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Measures what it costs a node to redirect calls, from the INVITE to the 302,
/// and how many a second it redirects.
[[nodiscard]] expected<void> run_call(scenario_run& run);

inline constexpr scenario call_scenario{
  "call", "phones that call each other through a node, over UDP",
  bench_option::load | bench_option::users | bench_option::time
    | bench_option::operations,
  run_call};

} // namespace carillon
