#pragma once

#include "bench/scenario.hpp"

namespace carillon {

/// Measures what the SecP2PSIP paper measured, at its own points, beside its
/// values (figures 4 to 6).
[[nodiscard]] expected<void> run_paper_secp2psip(scenario_run& run);

inline constexpr scenario paper_secp2psip_scenario{
  "paper-secp2psip",
  "the SecP2PSIP paper's figures 4 to 6 at its own points, beside its values",
  static_cast<bench_option_set>(bench_option::operations), run_paper_secp2psip};

} // namespace carillon
