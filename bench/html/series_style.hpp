#pragma once

#include <cstddef>
#include <string_view>

namespace carillon {

/// How a series is told from the others: by its colour, and by shapes and
/// dashes for those who see no colours.
struct series_style {
  /// A value of the attributes `stroke` and `fill`.
  std::string_view colour;

  /// Path of its marker around the origin.
  std::string_view marker;

  /// A value of the attribute `stroke-dasharray`; "none" for a solid line.
  std::string_view dashes;

  /// The same for the stripes across a bar; "none" for a bar without.
  std::string_view stripes;

  /// Whether its markers and bars are outlines: it is a reference.
  bool is_hollow;
};

/// Gives the style of a series of a plot; the first 56 differ in colour or
/// marker.
/// @param number its index in the plot.
[[nodiscard]] series_style style_of_series(size_t number, bool is_reference);

} // namespace carillon
