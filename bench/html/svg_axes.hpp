#pragma once

#include "bench/html/axis_scale.hpp"
#include "bench/html/plot.hpp"
#include "bench/html/svg_canvas.hpp"

#include <string>

namespace carillon {

/// The rectangle of a picture within which values are drawn.
struct plot_area {
  double left = 0;
  double top = 0;
  double right = svg::width;
  double bottom = 0;
};

/// Gives the title of an axis, with its kind if that is unusual.
[[nodiscard]] std::string axis_title(const plot_axis& axis);

/// Tells how wide the numbers left of an area are, with the space beside them.
[[nodiscard]] double left_axis_width(const axis_scale& scale);

/// Tells how far numbers below an area may reach beyond the ends of their axis.
[[nodiscard]] double bottom_axis_overhang(const axis_scale& scale);

/// Draws the lines of the grid from left to right, and their numbers.
void draw_left_axis(svg_canvas& canvas, const axis_scale& scale,
                    const plot_area& area);

/// Draws the lines of the grid from top to bottom and their numbers; leaves out
/// numbers that have no room.
/// @returns the y below them.
[[nodiscard]] double draw_bottom_axis(svg_canvas& canvas,
                                      const axis_scale& scale,
                                      const plot_area& area);

/// Draws the title of an axis that is above the area, in the upper left corner
/// where its numbers begin.
/// @returns the y below it.
[[nodiscard]] double draw_title_above(svg_canvas& canvas, const plot_axis& axis,
                                      double top);

/// Draws the title of the axis below an area, under its middle.
/// @returns the y below it.
[[nodiscard]] double draw_title_below(svg_canvas& canvas, const plot_axis& axis,
                                      const plot_area& area, double top);

/// Draws an area that has nothing to show and says so, and the title of the
/// axis below it.
/// @returns the y below it.
[[nodiscard]] double draw_empty_area(svg_canvas& canvas, const plot_axis& axis,
                                     double top);

} // namespace carillon
