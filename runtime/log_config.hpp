#pragma once

#include "actors/log.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace carillon {

/// Which lines of the log are kept.
struct log_config {
  /// The level of subsystems that have none of their own.
  log_level level = log_level::info;

  /// Levels of single subsystems, by their number.
  std::array<std::optional<log_level>, subsystem_names.size()> levels;

  /// Gives the level that holds for a subsystem.
  [[nodiscard]] constexpr log_level of(subsystem from) const noexcept {
    return levels[static_cast<size_t>(from)].value_or(level);
  }

  bool operator==(const log_config&) const = default;
};

} // namespace carillon
