#pragma once

#include "bench/bench_options.hpp"

namespace CLI {
class App;
} // namespace CLI

namespace carillon {

/// Adds the options that all scenarios have to a command.
/// @param options must outlive it.
void add_common_bench_options(CLI::App& command, bench_options& options);

/// Adds the options of one scenario.
/// @param options must outlive the command.
void add_bench_options(CLI::App& command, bench_option_set wanted,
                       bench_options& options);

} // namespace carillon
