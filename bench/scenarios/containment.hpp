#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// What colluding holders can do to the keys of users, beside the arithmetic.
expected<void> run_containment(scenario_run& run);

inline constexpr scenario containment_scenario{
  "containment",
  "users whom colluding holders can impersonate or cut off, for several k of n",
  bench_option::replicas | bench_option::threshold | bench_option::users
    | bench_option::hostile_share,
  run_containment};

} // namespace carillon
