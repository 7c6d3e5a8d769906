#pragma once

#include <string>
#include <vector>

namespace carillon {

class command_line;

/// Adds `ctl` and its commands, which ask the admin interface of a node.
/// @param environment texts of `NAME=VALUE`; `CARILLON_ADMIN_LISTEN` is where
///        the node is unless `--node` says so.
void add_ctl_commands(command_line& program,
                      const std::vector<std::string>& environment);

} // namespace carillon
