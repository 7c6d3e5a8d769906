#pragma once

#include "protocols/error.hpp"
#include "runtime/config.hpp"
#include "runtime/setting.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace carillon {

/// A key of the configuration.
struct config_key {
  /// Without an index: `sip.user[].name` stands for that of every user.
  std::string_view name;

  /// Puts a value in its place.
  /// @param index the index in the key, 0 where there is none.
  /// @returns `malformed` with what was expected instead.
  std::function<expected<void>(config& settings, size_t index,
                               const setting_value& value)>
    assign;
};

/// Gives all keys, sorted as the documentation has them.
[[nodiscard]] std::span<const config_key> config_keys();

/// Puts a value in its place.
/// @returns `malformed` for an unknown key, or with what was expected instead
///          of the value.
[[nodiscard]] expected<void> assign(config& settings, const setting& given);

} // namespace carillon
