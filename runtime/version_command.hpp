#pragma once

namespace carillon {

class command_line;

/// Adds `version` and `--version`, which print the version of the program.
void add_version_command(command_line& program);

} // namespace carillon
