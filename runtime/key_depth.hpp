#pragma once

#include "protocols/error.hpp"

#include <string_view>

namespace carillon {

/// Checks that no key of a TOML file has more than `max_key_depth` parts, as in
/// `one.two.three`: a parser descends into each of them.
/// @param text the file, which need not be TOML.
/// @param name the name of the file, for messages.
/// @returns `invalid_configuration` with name and line.
[[nodiscard]] expected<void> check_key_depth(std::string_view text,
                                             std::string_view name);

} // namespace carillon
