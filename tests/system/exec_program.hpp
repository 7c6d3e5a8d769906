#pragma once

#include <string>
#include <vector>

namespace carillon::test {

/// Becomes another program; what a forked process does.
/// @param arguments the program first; looked for in PATH without a slash. One
///                  that cannot be run ends the process with status 127.
[[noreturn]] void exec_program(const std::vector<std::string>& arguments);

} // namespace carillon::test
