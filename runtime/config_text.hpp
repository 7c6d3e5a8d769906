#pragma once

#include "protocols/error.hpp"
#include "runtime/setting.hpp"

#include <span>
#include <string>
#include <vector>

/// Settings from where every value is text: the environment and the command
/// line. Users can only be named in a file.
namespace carillon {

/// Finds the settings in an environment: the variable of a key is `CARILLON_`
/// and the key in upper case with `_` for `.`, so that `node.data_dir` is
/// `CARILLON_NODE_DATA_DIR`. An empty variable counts as set.
/// @param variables texts of `NAME=VALUE`, as in `environ`.
/// @returns `invalid_configuration` for a variable that begins with
///          `CARILLON_` and belongs to no key.
[[nodiscard]] expected<std::vector<setting>>
read_config_environment(std::span<const std::string> variables);

/// Reads the `KEY=VALUE` of `--set` options.
/// @returns `invalid_configuration` for a text without `=`.
[[nodiscard]] expected<std::vector<setting>>
read_set_options(std::span<const std::string> options);

/// Reads the values of `--log-level` options: `LEVEL` for all subsystems or
/// `SUBSYSTEM=LEVEL` for one.
[[nodiscard]] std::vector<setting>
read_log_level_options(std::span<const std::string> options);

} // namespace carillon
