#pragma once

#include "bench/html/series_style.hpp"
#include "bench/html/svg_canvas.hpp"

namespace carillon {

/// Draws the marker of a series.
void draw_marker(svg_canvas& canvas, const series_style& style, svg_point at);

/// Draws a line of a series.
/// @param data the path.
void draw_curve(svg_canvas& canvas, const series_style& style,
                std::string_view data);

/// Draws a bar of a series, which lies.
void draw_bar(svg_canvas& canvas, const series_style& style,
              svg_point upper_left, svg_point lower_right);

/// Draws an error bar, with its caps. It stands or lies.
/// @param colour a value of the attribute `stroke`.
void draw_error_bar(svg_canvas& canvas, std::string_view colour, svg_point from,
                    svg_point to);

} // namespace carillon
