#include "bench/scenarios.hpp"

#include "bench/scenarios/lookup.hpp"
#include "bench/scenarios/overlay.hpp"

#include <array>

namespace carillon {

std::span<const scenario> all_scenarios() noexcept {
  static constexpr std::array all{
    overlay_scenario,
    lookup_scenario,
  };
  return all;
}

} // namespace carillon
