#pragma once

#include "bench/html/plot.hpp"
#include "bench/html/svg_canvas.hpp"

namespace carillon {

/// Draws a plot with categories: a group of bars for each, one below the other.
/// The bars lie, and each has its value beside it, so that there may be any
/// number of categories, with names of any length.
/// @param top the y that it begins at.
/// @returns the y below it.
[[nodiscard]] double draw_bar_plot(svg_canvas& canvas, const plot& drawn,
                                   double top);

} // namespace carillon
