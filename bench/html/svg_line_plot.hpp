#pragma once

#include "bench/html/plot.hpp"
#include "bench/html/svg_canvas.hpp"

namespace carillon {

/// Draws a plot without categories: a line with markers for each series,
/// interrupted where a point is left out.
/// @param top the y that it begins at.
/// @returns the y below it.
[[nodiscard]] double draw_line_plot(svg_canvas& canvas, const plot& drawn,
                                    double top);

} // namespace carillon
