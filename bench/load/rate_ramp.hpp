#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace carillon {

/// Rates to load something with, one after the other, in operations a second.
struct rate_ramp {
  double from = 0;
  /// At least `from`.
  double to = 0;
  /// Above 0.
  double step = 1;

  /// Reads `RATE`, a ramp of one rate, or `FROM:TO:STEP`.
  /// @returns nothing for anything else, for rates outside of
  ///          `defaults::min_load_rate` to `defaults::max_load_rate`, a ramp
  ///          that falls, and one of more than `defaults::max_ramp_steps`.
  [[nodiscard]] static std::optional<rate_ramp> parse(std::string_view text);

  /// Gives the rates: `from`, then each `step` more, up to `to`.
  [[nodiscard]] std::vector<double> rates() const;

  [[nodiscard]] bool is_single() const noexcept {
    return from == to;
  }

  bool operator==(const rate_ramp&) const = default;
};

} // namespace carillon
