#pragma once

#include "bench/scenario.hpp"

#include <iosfwd>
#include <span>

namespace carillon {

/// Runs scenarios one after the other and writes their report. With several of
/// them the report is that of the scenario "all": its `parameters` and
/// `results` hold those of each under its name.
/// @param out takes the results: what people read, or the report where that is
///            asked for.
/// @param err takes what people read otherwise, and the progress.
/// @returns `interrupted`, what a scenario gives, or why the report could not
/// be
///          written.
[[nodiscard]] expected<void> run_scenarios(std::span<const scenario> scenarios,
                                           const bench_options& options,
                                           std::ostream& out,
                                           std::ostream& err);

} // namespace carillon
