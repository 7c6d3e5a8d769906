#include "bench/html/svg_axes.hpp"

#include "bench/html/label_text.hpp"

#include <algorithm>

namespace carillon {

namespace {

constexpr std::string_view faint_line_attributes = R"( stroke="currentColor" )"
                                                   R"(stroke-opacity=".14")";
constexpr std::string_view axis_line_attributes = R"( stroke="currentColor" )"
                                                  R"(stroke-opacity=".6")";
constexpr std::string_view faint_text_attributes = R"( fill-opacity=".8")";

constexpr double empty_area_height = 120;

// Between a title of an axis and its numbers, beside what lines have.
constexpr double title_distance = 4;

// Between the area and a number of an axis.
constexpr double number_distance = 6;

double tick_label_width(const axis_tick& tick) {
  return label_width(tick.label, svg::font_size);
}

double tick_place(const axis_tick& tick, const axis_scale& scale, double from,
                  double to) {
  return from + scale.share_before(tick.value) * (to - from);
}

double widest_number(const axis_scale& scale) {
  double result = 0;
  for (const auto& tick : scale.ticks())
    result = std::max(result, tick_label_width(tick));
  return result;
}

} // namespace

std::string axis_title(const plot_axis& axis) {
  const auto is_logarithmic = axis.is_logarithmic && axis.categories.empty();
  return axis.title + (is_logarithmic ? ", logarithmic" : "");
}

double left_axis_width(const axis_scale& scale) {
  return widest_number(scale) + number_distance;
}

double bottom_axis_overhang(const axis_scale& scale) {
  return std::max(widest_number(scale) / 2, svg::gap);
}

void draw_left_axis(svg_canvas& canvas, const axis_scale& scale,
                    const plot_area& area) {
  for (const auto& tick : scale.ticks()) {
    const auto y = tick_place(tick, scale, area.bottom, area.top);
    canvas.line({area.left, y}, {area.right, y}, faint_line_attributes);
    if (!tick.label.empty())
      canvas.text(tick.label,
                  {area.left - number_distance, y + svg::half_letter},
                  text_anchor::end, faint_text_attributes);
  }
  canvas.line({area.left, area.top}, {area.left, area.bottom},
              axis_line_attributes);
}

double draw_bottom_axis(svg_canvas& canvas, const axis_scale& scale,
                        const plot_area& area) {
  const auto base = area.bottom + number_distance + svg::font_size;
  auto free_from = -svg::width;
  for (const auto& tick : scale.ticks()) {
    const auto x = tick_place(tick, scale, area.left, area.right);
    canvas.line({x, area.top}, {x, area.bottom}, faint_line_attributes);
    const auto half = tick_label_width(tick) / 2;
    if (tick.label.empty() || x - half < free_from)
      continue;
    canvas.text(tick.label, {x, base}, text_anchor::middle,
                faint_text_attributes);
    free_from = x + half + svg::gap / 2;
  }
  canvas.line({area.left, area.bottom}, {area.right, area.bottom},
              axis_line_attributes);
  return base + svg::half_letter + title_distance;
}

double draw_title_above(svg_canvas& canvas, const plot_axis& axis, double top) {
  for (const auto& line :
       label_lines(axis_title(axis), svg::width, svg::font_size)) {
    canvas.text(line, {0, top + svg::font_size}, text_anchor::start);
    top += svg::line_height;
  }
  return top + svg::gap + title_distance;
}

double draw_title_below(svg_canvas& canvas, const plot_axis& axis,
                        const plot_area& area, double top) {
  const auto middle = (area.left + area.right) / 2;
  const auto width = 2 * std::min(middle, svg::width - middle);
  for (const auto& line :
       label_lines(axis_title(axis), width, svg::font_size)) {
    canvas.text(line, {middle, top + svg::font_size}, text_anchor::middle);
    top += svg::line_height;
  }
  return top + svg::half_letter;
}

double draw_empty_area(svg_canvas& canvas, const plot_axis& axis, double top) {
  const plot_area area{.top = top, .bottom = top + empty_area_height};
  canvas.rectangle({area.left + 1, area.top}, {area.right - 1, area.bottom},
                   std::string{R"( fill="none" stroke-dasharray="3 4")"}
                     + std::string{axis_line_attributes});
  canvas.text("no data",
              {(area.left + area.right) / 2,
               (area.top + area.bottom) / 2 + svg::half_letter},
              text_anchor::middle, faint_text_attributes);
  return draw_title_below(canvas, axis, area, area.bottom + number_distance);
}

} // namespace carillon
