#include "bench/html/axis_scale.hpp"

#include "bench/html/short_number.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace carillon {

namespace {

// How many steps a linear axis has, about.
constexpr double wanted_steps = 5;

// Labels of powers of ten that fit along an axis.
constexpr int max_labelled_decades = 7;

// Up to how many powers of ten the ticks between them have labels, and lines.
constexpr double max_decades_with_labels_between = 2;
constexpr double max_decades_with_lines_between = 4;

// Of a range or of a step; what computing with them may add.
constexpr double rounding_slack = 1e-9;

// What is larger, or smaller than its inverse, is not computed with.
constexpr double max_scale_magnitude = 1e300;

constexpr std::array<double, 3> round_factors{1, 2, 5};

struct value_range {
  double low;
  double high;
};

bool is_scalable(double value) {
  return std::abs(value) <= max_scale_magnitude;
}

// A range that is no wider than the error of computing with it has no steps.
value_range widened_range(value_range range) {
  const auto magnitude = std::max(std::abs(range.low), std::abs(range.high));
  if (magnitude < 1 / max_scale_magnitude)
    return {0, 1};
  if (range.high - range.low > rounding_slack * magnitude)
    return range;
  return {range.low - magnitude / 2, range.high + magnitude / 2};
}

double round_step(double span) {
  const auto wanted = span / wanted_steps;
  const auto power = std::pow(10, std::floor(std::log10(wanted)));
  for (const auto factor : round_factors)
    if (factor * power >= wanted * (1 - rounding_slack))
      return factor * power;
  return 10 * power;
}

// How many digits tell one multiple of a step from the next.
int digits_for(double step, double magnitude) {
  const auto powers =
    std::floor(std::log10(magnitude)) - std::floor(std::log10(step));
  return std::max(static_cast<int>(powers) + 1, short_number_digits);
}

// Counts 1, 2, 5, 10, 20 and so on from 1, which has the number 0.
double round_value(int number) {
  const auto count = static_cast<int>(round_factors.size());
  const auto decade = (number >= 0 ? number : number - count + 1) / count;
  return round_factors[static_cast<size_t>(number - decade * count)]
    * std::pow(10, decade);
}

bool is_decade(int number) {
  return number % static_cast<int>(round_factors.size()) == 0;
}

int decade_of(int number) {
  return number / static_cast<int>(round_factors.size());
}

int last_round_value_up_to(double value) {
  const auto decade = static_cast<int>(std::floor(std::log10(value)));
  auto number = (decade + 1) * static_cast<int>(round_factors.size());
  while (round_value(number) > value * (1 + rounding_slack))
    --number;
  return number;
}

int first_round_value_from(double value) {
  const auto number = last_round_value_up_to(value);
  return round_value(number) >= value * (1 - rounding_slack) ? number
                                                             : number + 1;
}

} // namespace

axis_scale axis_scale::linear(double low, double high, bool with_zero) {
  value_range range{0, 1};
  if (is_scalable(low) && is_scalable(high))
    range = {std::min(low, high), std::max(low, high)};
  if (with_zero)
    range = {std::min(range.low, 0.0), std::max(range.high, 0.0)};
  range = widened_range(range);
  const auto step = round_step(range.high - range.low);
  const auto first = std::floor(range.low / step + rounding_slack);
  const auto last = std::ceil(range.high / step - rounding_slack);
  axis_scale result{first * step, last * step, false};
  const auto digits =
    digits_for(step, std::max(std::abs(result.low_), std::abs(result.high_)));
  // The steps are counted, so that their errors do not add up.
  const auto count = static_cast<int>(last - first);
  for (int number = 0; number <= count; ++number) {
    const auto value = (first + number) * step;
    result.ticks_.push_back({value, short_number(value, digits)});
  }
  return result;
}

axis_scale axis_scale::logarithmic(double low, double high) {
  value_range range{1, 10};
  if (is_scalable(high) && is_scalable(low)
      && std::min(low, high) >= 1 / max_scale_magnitude)
    range = {std::min(low, high), std::max(low, high)};
  auto first = last_round_value_up_to(range.low);
  auto last = first_round_value_from(range.high);
  if (first == last) {
    --first;
    ++last;
  }
  axis_scale result{round_value(first), round_value(last), true};
  const auto decades = std::log10(result.high_) - std::log10(result.low_);
  const auto stride =
    1 + static_cast<int>(decades - rounding_slack) / max_labelled_decades;
  for (auto number = first; number <= last; ++number) {
    const auto value = round_value(number);
    const auto has_label = is_decade(number)
      ? decade_of(number) % stride == 0
      : decades <= max_decades_with_labels_between;
    if (has_label || decades <= max_decades_with_lines_between)
      result.ticks_.push_back(
        {value, has_label ? short_number(value) : std::string{}});
  }
  return result;
}

double axis_scale::share_before(double value) const {
  const auto share = is_logarithmic_
    ? (std::log10(std::max(value, low_)) - std::log10(low_))
      / (std::log10(high_) - std::log10(low_))
    : (value - low_) / (high_ - low_);
  return std::clamp(share, 0.0, 1.0);
}

} // namespace carillon
