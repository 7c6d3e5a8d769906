#include "bench/html/plot_scales.hpp"

#include "bench/html/plot_omission.hpp"

#include <algorithm>
#include <vector>

namespace carillon {

namespace {

std::vector<plot_point> drawn_points(const plot& drawn) {
  std::vector<plot_point> result;
  for (const auto& series : drawn.series)
    for (const auto& point : series.points)
      if (omission_of(point, drawn) == plot_omission::none)
        result.push_back(point);
  return result;
}

bool shows_zero(const plot& drawn, double low, double high) {
  return !drawn.x.categories.empty() || low == high || low <= high / 2;
}

} // namespace

std::optional<axis_scale> x_scale_of(const plot& drawn) {
  const auto points = drawn_points(drawn);
  if (points.empty())
    return std::nullopt;
  const auto [low, high] = std::ranges::minmax(points, {}, &plot_point::x);
  return drawn.x.is_logarithmic ? axis_scale::logarithmic(low.x, high.x)
                                : axis_scale::linear(low.x, high.x, false);
}

std::optional<axis_scale> y_scale_of(const plot& drawn) {
  std::vector<double> values;
  for (const auto& point : drawn_points(drawn)) {
    const auto error =
      error_range_of(point).value_or(error_range{point.y, point.y});
    for (const auto value : {point.y, error.low, error.high})
      if (omission_of(value, drawn.y.is_logarithmic) == plot_omission::none)
        values.push_back(value);
  }
  if (values.empty())
    return std::nullopt;
  const auto [low, high] = std::ranges::minmax(values);
  if (!drawn.y.is_logarithmic)
    return axis_scale::linear(low, high, shows_zero(drawn, low, high));
  // A bar has a length, even that of the smallest value.
  const auto has_bars = !drawn.x.categories.empty();
  return axis_scale::logarithmic(has_bars ? low / 2 : low, high);
}

} // namespace carillon
