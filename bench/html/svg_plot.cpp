#include "bench/html/svg_plot.hpp"

#include "bench/html/plot_omission.hpp"
#include "bench/html/svg_axes.hpp"
#include "bench/html/svg_bar_plot.hpp"
#include "bench/html/svg_canvas.hpp"
#include "bench/html/svg_legend.hpp"
#include "bench/html/svg_line_plot.hpp"

#include <algorithm>

namespace carillon {

namespace {

// What a picture shows, for those who do not see it.
std::string plot_description(const plot& drawn) {
  const auto is_drawn = [&](const plot_point& point) {
    return omission_of(point, drawn) == plot_omission::none;
  };
  auto result = (drawn.x.categories.empty() ? "Lines of " : "Bars of ")
    + axis_title(drawn.y) + " over " + axis_title(drawn.x) + '.';
  for (const auto& series : drawn.series)
    result += ' ' + series.name + (series.is_reference ? " (reference)" : "")
      + ": " + std::to_string(std::ranges::count_if(series.points, is_drawn))
      + " values.";
  return result;
}

} // namespace

std::string to_svg(const plot& drawn) {
  svg_canvas canvas;
  const auto top = draw_legend(canvas, drawn, 0);
  const auto height = drawn.x.categories.empty()
    ? draw_line_plot(canvas, drawn, top)
    : draw_bar_plot(canvas, drawn, top);
  return canvas.finished(height, drawn.title, plot_description(drawn));
}

} // namespace carillon
