#pragma once

#include "protocols/error.hpp"
#include "runtime/config.hpp"

#include <functional>
#include <string>
#include <vector>

namespace carillon {

class command_line;

/// Adds `node`, which loads the configuration from the file, the environment
/// and the options, and runs a node with it.
/// @param environment texts of `NAME=VALUE`.
/// @param run_node runs until the node has ended.
void add_node_command(command_line& program,
                      std::vector<std::string> environment,
                      std::function<expected<void>(const config&)> run_node);

} // namespace carillon
