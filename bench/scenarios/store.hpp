#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Measures what storing and fetching records costs, with and without waiting
/// for the disk.
[[nodiscard]] expected<void> run_store(scenario_run& run);

inline constexpr scenario store_scenario{
  "store", "records stored and fetched a second, with and without sync",
  bench_option::peers | bench_option::replicas | bench_option::operations
    | bench_option::concurrency,
  run_store};

} // namespace carillon
