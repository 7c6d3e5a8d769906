#pragma once

#include "protocols/error.hpp"
#include "runtime/setting.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace carillon {

/// Reads the settings of a configuration file in TOML 1.0, in the order of
/// their lines. Which keys there are is not known here.
/// @param text the file.
/// @param name the name of the file, for messages.
/// @returns `invalid_configuration` with name and line for what is no TOML and
///          for values of a type that no key has.
[[nodiscard]] expected<std::vector<setting>>
parse_config_file(std::string_view text, std::string_view name);

/// Reads the settings of the configuration file in `path`.
/// @returns `invalid_configuration` when it cannot be read or is too large, and
///          as `parse_config_file`.
[[nodiscard]] expected<std::vector<setting>>
read_config_file(const std::filesystem::path& path);

} // namespace carillon
