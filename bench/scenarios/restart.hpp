#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// How a ring comes back after all of its peers have ended, in virtual time.
expected<void> run_restart(scenario_run& run);

inline constexpr scenario restart_scenario{
  "restart", "how a ring comes back whose peers are all restarted at once",
  bench_option::peers | bench_option::replicas | bench_option::threshold
    | bench_option::network | bench_option::users,
  run_restart};

} // namespace carillon
