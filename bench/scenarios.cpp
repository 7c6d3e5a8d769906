#include "bench/scenarios.hpp"

#include "bench/scenarios/attack.hpp"
#include "bench/scenarios/call.hpp"
#include "bench/scenarios/churn.hpp"
#include "bench/scenarios/containment.hpp"
#include "bench/scenarios/lookup.hpp"
#include "bench/scenarios/overlay.hpp"
#include "bench/scenarios/paper_secp2psip.hpp"
#include "bench/scenarios/register.hpp"
#include "bench/scenarios/restart.hpp"
#include "bench/scenarios/store.hpp"

#include <array>

namespace carillon {

std::span<const scenario> all_scenarios() noexcept {
  static constexpr std::array all{
    paper_secp2psip_scenario, overlay_scenario,  lookup_scenario,
    store_scenario,           register_scenario, call_scenario,
    churn_scenario,           restart_scenario,  attack_scenario,
    containment_scenario,
  };
  return all;
}

} // namespace carillon
