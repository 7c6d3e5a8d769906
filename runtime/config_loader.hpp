#pragma once

#include "protocols/error.hpp"
#include "runtime/config.hpp"
#include "runtime/setting.hpp"

#include <span>

namespace carillon {

/// Puts the settings of all sources together, to a configuration that a node
/// can run with.
/// @param settings from the weakest source to the strongest: file,
///                 environment, options. A later one replaces an earlier one;
///                 keys that none sets keep their default.
/// @returns `invalid_configuration` with the place, the key, the value and
///          what was expected, for an unknown key and for a bad value.
[[nodiscard]] expected<config> load_config(std::span<const setting> settings);

} // namespace carillon
