#include "bench/html/svg_bar_plot.hpp"

#include "bench/html/label_text.hpp"
#include "bench/html/plot_omission.hpp"
#include "bench/html/plot_scales.hpp"
#include "bench/html/short_number.hpp"
#include "bench/html/svg_axes.hpp"
#include "bench/html/svg_marks.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

constexpr double max_category_width = 160;
constexpr double category_distance = 8;
constexpr double group_distance = 12;
constexpr double bar_height = 13;
constexpr double bar_distance = 2;

// The names of categories and how their groups of bars lie below each other.
struct bar_groups {
  std::vector<std::vector<std::string>> names;
  double names_width = 0;

  // Where each group begins, and where the last one ends.
  std::vector<double> tops;
};

bar_groups lay_out_groups(const plot& drawn, double top) {
  const auto bars = static_cast<double>(drawn.series.size());
  const auto bars_height = bars * (bar_height + bar_distance);
  bar_groups result;
  result.tops.push_back(top);
  for (const auto& category : drawn.x.categories) {
    auto name = label_lines(category, max_category_width, svg::font_size);
    for (const auto& line : name)
      result.names_width =
        std::max(result.names_width, label_width(line, svg::font_size));
    const auto name_height =
      static_cast<double>(name.size()) * svg::line_height;
    result.tops.push_back(result.tops.back() + group_distance
                          + std::max(bars_height, name_height));
    result.names.push_back(std::move(name));
  }
  return result;
}

void draw_group_names(svg_canvas& canvas, const bar_groups& groups,
                      double right) {
  for (size_t i = 0; i < groups.names.size(); ++i) {
    const auto& name = groups.names[i];
    const auto middle = (groups.tops[i] + groups.tops[i + 1]) / 2;
    const auto height = static_cast<double>(name.size()) * svg::line_height;
    auto base = middle - height / 2 + svg::line_height / 2 + svg::half_letter;
    for (const auto& line : name) {
      canvas.text(line, {right, base}, text_anchor::end);
      base += svg::line_height;
    }
  }
}

// How much room the numbers need that stand beside the bars.
double bar_numbers_width(const plot& drawn) {
  double widest = 0;
  for (const auto& series : drawn.series)
    for (const auto& point : series.points)
      if (omission_of(point, drawn) == plot_omission::none)
        widest = std::max(
          widest, label_width(short_number(point.y), svg::small_font_size));
  return widest + svg::gap;
}

void draw_point_bar(svg_canvas& canvas, const series_style& style,
                    const plot_point& point, double top,
                    const axis_scale& scale, const plot_area& area) {
  const auto place = [&](double value) {
    return area.left + scale.share_before(value) * (area.right - area.left);
  };
  const auto middle = top + bar_height / 2;
  // On a logarithmic axis this is the beginning.
  const auto base = place(0);
  const auto end = place(point.y);
  auto free_from = std::max(base, end);
  draw_bar(canvas, style, {std::min(base, end), top},
           {free_from, top + bar_height});
  if (const auto error = error_range_of(point)) {
    const auto right = place(error->high);
    draw_error_bar(canvas, "currentColor", {place(error->low), middle},
                   {right, middle});
    free_from = std::max(free_from, right);
  }
  // Its rim keeps it readable where it crosses a line of the grid.
  canvas.text(short_number(point.y),
              {free_from + svg::half_letter, middle + svg::half_letter},
              text_anchor::start,
              svg_attribute("font-size", svg_number(svg::small_font_size))
                + svg_attribute("stroke", svg::paper)
                + R"( stroke-width="3" paint-order="stroke")");
}

void draw_bars(svg_canvas& canvas, const plot& drawn, const bar_groups& groups,
               const axis_scale& scale, const plot_area& area) {
  const auto slot = bar_height + bar_distance;
  const auto bars = static_cast<double>(drawn.series.size());
  for (size_t number = 0; number < drawn.series.size(); ++number) {
    const auto& series = drawn.series[number];
    const auto style = style_of_series(number, series.is_reference);
    for (const auto& point : series.points) {
      if (omission_of(point, drawn) != plot_omission::none)
        continue;
      const auto group = static_cast<size_t>(point.x);
      const auto middle = (groups.tops[group] + groups.tops[group + 1]) / 2;
      const auto top = middle + (static_cast<double>(number) - bars / 2) * slot;
      draw_point_bar(canvas, style, point, top, scale, area);
    }
  }
}

} // namespace

double draw_bar_plot(svg_canvas& canvas, const plot& drawn, double top) {
  plot_area area;
  area.top = draw_title_above(canvas, drawn.x, top);
  const auto scale = y_scale_of(drawn);
  if (!scale)
    return draw_empty_area(canvas, drawn.y, area.top);
  const auto groups = lay_out_groups(drawn, area.top);
  area.left = std::max(groups.names_width + category_distance,
                       bottom_axis_overhang(*scale));
  area.right = svg::width
    - std::max(bottom_axis_overhang(*scale), bar_numbers_width(drawn));
  area.bottom = groups.tops.back();
  const auto below = draw_bottom_axis(canvas, *scale, area);
  draw_group_names(canvas, groups, area.left - category_distance);
  draw_bars(canvas, drawn, groups, *scale, area);
  return draw_title_below(canvas, drawn.y, area, below);
}

} // namespace carillon
