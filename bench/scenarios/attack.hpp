#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Lookups and calls among hostile peers, in virtual time.
expected<void> run_attack(scenario_run& run);

inline constexpr scenario attack_scenario{
  "attack", "lookups and calls among hostile peers, with defences and without",
  bench_option::peers | bench_option::operations | bench_option::time
    | bench_option::replicas | bench_option::threshold | bench_option::network
    | bench_option::users | bench_option::lifetimes
    | bench_option::hostile_share | bench_option::attack,
  run_attack};

} // namespace carillon
