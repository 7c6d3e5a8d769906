#include "bench/scenarios/register.hpp"

#include "bench/scenarios/phone_load.hpp"

namespace carillon {

expected<void> run_register(scenario_run& run) {
  return run_phone_load(run, phone_operation::registration);
}

} // namespace carillon
