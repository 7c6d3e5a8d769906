#pragma once

#include "bench/load/crypto_floor.hpp"
#include "bench/scenario.hpp"

namespace carillon {

/// What `bench register` and `bench call` have in common. They load a node that
/// they start, in each security mode and with warm and cold key caches; with a
/// ramp, in the strictest mode and with warm ones only; or a running node, in
/// whatever mode it is.
/// @returns `invalid_configuration` for options that contradict each other,
///          or what `load_session` gives.
[[nodiscard]] expected<void> run_phone_load(scenario_run& run,
                                            phone_operation what);

} // namespace carillon
