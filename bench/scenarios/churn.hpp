#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Lookups and records while peers come and go, in virtual time.
expected<void> run_churn(scenario_run& run);

inline constexpr scenario churn_scenario{
  "churn", "lookups and records while peers come, go and fail at once",
  bench_option::peers | bench_option::operations | bench_option::time
    | bench_option::replicas | bench_option::threshold | bench_option::network
    | bench_option::users | bench_option::lifetimes,
  run_churn};

} // namespace carillon
