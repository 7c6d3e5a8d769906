#include "bench/scenarios/call.hpp"

#include "bench/scenarios/phone_load.hpp"

namespace carillon {

expected<void> run_call(scenario_run& run) {
  return run_phone_load(run, phone_operation::call);
}

} // namespace carillon
