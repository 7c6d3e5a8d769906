#include "bench/html/svg_marks.hpp"

namespace carillon {

namespace {

// Half the length of the cap of an error bar.
constexpr double error_bar_cap = 4;

std::string paint_attributes(std::string_view fill, std::string_view stroke,
                             std::string_view stroke_width) {
  return svg_attribute("fill", fill) + svg_attribute("stroke", stroke)
    + svg_attribute("stroke-width", stroke_width);
}

} // namespace

void draw_marker(svg_canvas& canvas, const series_style& style, svg_point at) {
  // The rim of a filled one keeps it apart from a line or marker below it.
  canvas.path(style.marker, at,
              style.is_hollow
                ? paint_attributes(svg::paper, style.colour, "1.8")
                : paint_attributes(style.colour, svg::paper, "1"));
}

void draw_curve(svg_canvas& canvas, const series_style& style,
                std::string_view data) {
  canvas.path(
    data, {},
    paint_attributes("none", style.colour, style.is_hollow ? "1.8" : "2.2")
      + svg_attribute("stroke-dasharray", style.dashes)
      + " stroke-linejoin=\"round\"");
}

void draw_bar(svg_canvas& canvas, const series_style& style,
              svg_point upper_left, svg_point lower_right) {
  if (style.is_hollow) {
    canvas.rectangle(upper_left, lower_right,
                     paint_attributes("none", style.colour, "1.8")
                       + svg_attribute("stroke-dasharray", style.dashes));
    return;
  }
  canvas.rectangle(upper_left, lower_right,
                   svg_attribute("fill", style.colour));
  if (style.stripes == "none")
    return;
  const auto middle = (upper_left.y + lower_right.y) / 2;
  canvas.line(
    {upper_left.x, middle}, {lower_right.x, middle},
    svg_attribute("stroke", svg::paper)
      + svg_attribute("stroke-width", svg_number(lower_right.y - upper_left.y))
      + svg_attribute("stroke-dasharray", style.stripes)
      + " stroke-opacity=\".6\"");
}

void draw_error_bar(svg_canvas& canvas, std::string_view colour, svg_point from,
                    svg_point to) {
  const auto attributes =
    svg_attribute("stroke", colour) + " stroke-width=\"1.5\"";
  const svg_point cap =
    from.x == to.x ? svg_point{error_bar_cap, 0} : svg_point{0, error_bar_cap};
  canvas.line(from, to, attributes);
  for (const auto& end : {from, to})
    canvas.line({end.x - cap.x, end.y - cap.y}, {end.x + cap.x, end.y + cap.y},
                attributes);
}

} // namespace carillon
