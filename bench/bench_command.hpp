#pragma once

namespace carillon {

class command_line;

/// Adds `bench` and its scenarios to the program.
void add_bench_command(command_line& program);

} // namespace carillon
