#pragma once

#include "bench/html/plot.hpp"

#include <optional>
#include <string>

namespace carillon {

/// Why a point cannot be drawn.
enum class plot_omission {
  /// It can.
  none,

  /// A coordinate is not a number, infinite, or too large to compute with.
  not_finite,

  /// A coordinate is not above zero, and its axis is logarithmic.
  not_positive,

  /// Its x is the index of no category.
  no_category,
};

/// Tells whether a value can be drawn on an axis of its kind.
[[nodiscard]] plot_omission omission_of(double value, bool is_logarithmic);

/// Tells whether a point can be drawn in a plot; its error bar does not matter.
[[nodiscard]] plot_omission omission_of(const plot_point& point,
                                        const plot& within);

/// The ends of an error bar, in units of y.
struct error_range {
  double low = 0;
  double high = 0;
};

/// Gives the error bar of a point that can be drawn; nothing when it has none.
/// It ends at the point where its end is missing or not finite.
[[nodiscard]] std::optional<error_range>
error_range_of(const plot_point& point);

/// Says in sentences how many points a plot leaves out, and why; gives an empty
/// text when it shows all of them.
[[nodiscard]] std::string omission_note(const plot& drawn);

} // namespace carillon
