#include "bench/html/svg_legend.hpp"

#include "bench/html/label_text.hpp"
#include "bench/html/series_style.hpp"
#include "bench/html/svg_marks.hpp"

#include <algorithm>

namespace carillon {

namespace {

constexpr double line_sample_width = 44;
constexpr double bar_sample_width = 26;
constexpr double bar_sample_height = 12;
constexpr double legend_row_height = 22;

bool needs_legend(const plot& drawn) {
  return drawn.series.size() > 1
    || std::ranges::any_of(drawn.series, &plot_series::is_reference);
}

void draw_legend_sample(svg_canvas& canvas, const series_style& style,
                        bool is_bar, svg_point left) {
  if (is_bar) {
    draw_bar(canvas, style, {left.x + 1, left.y - bar_sample_height / 2},
             {left.x + bar_sample_width, left.y + bar_sample_height / 2});
    return;
  }
  draw_curve(canvas, style,
             'M' + svg_number(left.x) + ' ' + svg_number(left.y) + 'h'
               + svg_number(line_sample_width));
  draw_marker(canvas, style, {left.x + line_sample_width / 2, left.y});
}

} // namespace

double draw_legend(svg_canvas& canvas, const plot& drawn, double top) {
  if (!needs_legend(drawn))
    return top;
  const auto is_bar = !drawn.x.categories.empty();
  const auto name_offset =
    (is_bar ? bar_sample_width : line_sample_width) + svg::gap / 2;
  double x = 0;
  auto y = top;
  auto bottom = top;
  for (size_t i = 0; i < drawn.series.size(); ++i) {
    const auto& series = drawn.series[i];
    const auto lines =
      label_lines(series.name, svg::width - name_offset, svg::font_size);
    double widest_line = 0;
    for (const auto& line : lines)
      widest_line = std::max(widest_line, label_width(line, svg::font_size));
    if (x > 0 && x + name_offset + widest_line > svg::width) {
      x = 0;
      y = bottom;
    }
    auto middle = y + legend_row_height / 2;
    draw_legend_sample(canvas, style_of_series(i, series.is_reference), is_bar,
                       {x, middle});
    for (const auto& line : lines) {
      canvas.text(line, {x + name_offset, middle + svg::half_letter},
                  text_anchor::start);
      middle += svg::line_height;
    }
    const auto more_lines =
      static_cast<double>(std::max<size_t>(lines.size(), 1) - 1);
    bottom =
      std::max(bottom, y + legend_row_height + more_lines * svg::line_height);
    x += name_offset + widest_line + 2 * svg::gap;
  }
  return bottom + svg::gap;
}

} // namespace carillon
