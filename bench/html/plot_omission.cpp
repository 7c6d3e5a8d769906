#include "bench/html/plot_omission.hpp"

#include <array>
#include <cmath>
#include <string_view>

namespace carillon {

namespace {

// Far beyond anything measured; sums and quotients of such values are finite.
constexpr double max_plotted_magnitude = 1e100;

struct omission_reason {
  plot_omission kind;
  std::string_view text;
};

constexpr std::array omission_reasons{
  omission_reason{plot_omission::not_finite, "not finite"},
  omission_reason{plot_omission::not_positive,
                  "not above zero, which a logarithmic axis cannot show"},
  omission_reason{plot_omission::no_category, "of no category"},
};

size_t count_omissions(const plot& drawn, plot_omission kind) {
  size_t result = 0;
  for (const auto& series : drawn.series)
    for (const auto& point : series.points)
      result += omission_of(point, drawn) == kind ? 1 : 0;
  return result;
}

bool is_category(double x, const plot& within) {
  return x >= 0 && x < static_cast<double>(within.x.categories.size())
    && x == std::floor(x);
}

double finite_end(std::optional<double> end, double otherwise) {
  const auto is_finite = end && omission_of(*end, false) == plot_omission::none;
  return is_finite ? *end : otherwise;
}

} // namespace

plot_omission omission_of(double value, bool is_logarithmic) {
  if (!(std::abs(value) <= max_plotted_magnitude))
    return plot_omission::not_finite;
  // What is closer to zero has no logarithm to compute with either.
  if (is_logarithmic && !(value >= 1 / max_plotted_magnitude))
    return plot_omission::not_positive;
  return plot_omission::none;
}

plot_omission omission_of(const plot_point& point, const plot& within) {
  const auto has_categories = !within.x.categories.empty();
  const auto x =
    omission_of(point.x, within.x.is_logarithmic && !has_categories);
  if (x != plot_omission::none)
    return x;
  if (has_categories && !is_category(point.x, within))
    return plot_omission::no_category;
  return omission_of(point.y, within.y.is_logarithmic);
}

std::optional<error_range> error_range_of(const plot_point& point) {
  const error_range result{finite_end(point.low, point.y),
                           finite_end(point.high, point.y)};
  if (!(result.low < result.high))
    return std::nullopt;
  return result;
}

std::string omission_note(const plot& drawn) {
  std::string result;
  for (const auto& reason : omission_reasons) {
    const auto count = count_omissions(drawn, reason.kind);
    if (count == 0)
      continue;
    result += result.empty() ? "" : " ";
    result += std::to_string(count);
    result += count == 1 ? " value is left out: it is "
                         : " values are left out: they are ";
    result += reason.text;
    result += '.';
  }
  return result;
}

} // namespace carillon
