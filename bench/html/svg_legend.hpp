#pragma once

#include "bench/html/plot.hpp"
#include "bench/html/svg_canvas.hpp"

namespace carillon {

/// Draws which series has which style, when a plot has several or a reference.
/// @param top the y that it begins at.
/// @returns the y below it; `top` when there is none.
[[nodiscard]] double draw_legend(svg_canvas& canvas, const plot& drawn,
                                 double top);

} // namespace carillon
