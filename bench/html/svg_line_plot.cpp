#include "bench/html/svg_line_plot.hpp"

#include "bench/html/plot_omission.hpp"
#include "bench/html/plot_scales.hpp"
#include "bench/html/svg_axes.hpp"
#include "bench/html/svg_marks.hpp"

#include <algorithm>

namespace carillon {

namespace {

constexpr double line_area_height = 250;

// With more points than this, only about half as many of them have markers:
// these tell the lines apart, and would hide them.
constexpr size_t max_markers = 40;

struct line_plot_frame {
  plot_area area;
  axis_scale x;
  axis_scale y;

  [[nodiscard]] svg_point place(double at_x, double at_y) const {
    return {area.left + x.share_before(at_x) * (area.right - area.left),
            area.bottom - y.share_before(at_y) * (area.bottom - area.top)};
  }
};

std::string curve_data(const plot_series& series, const plot& drawn,
                       const line_plot_frame& frame) {
  std::string result;
  auto is_interrupted = true;
  for (const auto& point : series.points) {
    if (omission_of(point, drawn) != plot_omission::none) {
      is_interrupted = true;
      continue;
    }
    const auto at = frame.place(point.x, point.y);
    result += is_interrupted ? 'M' : 'L';
    result += svg_number(at.x) + ' ' + svg_number(at.y);
    is_interrupted = false;
  }
  return result;
}

void draw_line_series(svg_canvas& canvas, size_t number, const plot& drawn,
                      const line_plot_frame& frame) {
  const auto& series = drawn.series[number];
  const auto style = style_of_series(number, series.is_reference);
  const auto data = curve_data(series, drawn, frame);
  if (data.empty())
    return;
  draw_curve(canvas, style, data);
  const auto count = series.points.size();
  const auto stride = count > max_markers ? 2 * count / max_markers : 1;
  for (size_t i = 0; i < count; ++i) {
    const auto& point = series.points[i];
    if (omission_of(point, drawn) != plot_omission::none)
      continue;
    if (const auto error = error_range_of(point))
      draw_error_bar(canvas, style.colour, frame.place(point.x, error->low),
                     frame.place(point.x, error->high));
    if (i % stride == 0)
      draw_marker(canvas, style, frame.place(point.x, point.y));
  }
}

} // namespace

double draw_line_plot(svg_canvas& canvas, const plot& drawn, double top) {
  plot_area area;
  area.top = draw_title_above(canvas, drawn.y, top);
  const auto x = x_scale_of(drawn);
  const auto y = y_scale_of(drawn);
  if (!x || !y)
    return draw_empty_area(canvas, drawn.x, area.top);
  area.bottom = area.top + line_area_height;
  // The first number below the area may be wider than those beside it.
  area.left = std::max(left_axis_width(*y), bottom_axis_overhang(*x));
  area.right = svg::width - bottom_axis_overhang(*x);
  draw_left_axis(canvas, *y, area);
  const auto below = draw_bottom_axis(canvas, *x, area);
  const line_plot_frame frame{area, *x, *y};
  // The first series is drawn last, above the others.
  for (auto number = drawn.series.size(); number-- > 0;)
    draw_line_series(canvas, number, drawn, frame);
  return draw_title_below(canvas, drawn.x, area, below);
}

} // namespace carillon
