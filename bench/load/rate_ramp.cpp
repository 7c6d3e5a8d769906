#include "bench/load/rate_ramp.hpp"

#include "bench/defaults.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace carillon {

namespace {

std::optional<double> parse_rate(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || rest != end
      || !(value >= defaults::min_load_rate) || value > defaults::max_load_rate)
    return std::nullopt;
  return value;
}

/// Gives how many steps there are after the first rate. What is a hair short
/// of a whole step counts: 0.1, 0.2 and 0.3 are no binary fractions.
size_t steps_of(const rate_ramp& ramp) {
  constexpr double hair = 1e-9;
  return static_cast<size_t>(
    std::floor((ramp.to - ramp.from) / ramp.step + hair));
}

} // namespace

std::optional<rate_ramp> rate_ramp::parse(std::string_view text) {
  std::array<double, 3> values{};
  size_t count = 0;
  for (auto rest = std::optional{text}; rest; ++count) {
    const auto colon = rest->find(':');
    const auto value = parse_rate(rest->substr(0, colon));
    if (!value || count == values.size())
      return std::nullopt;
    values[count] = *value;
    rest = colon == std::string_view::npos
      ? std::nullopt
      : std::optional{rest->substr(colon + 1)};
  }
  if (count == 1)
    return rate_ramp{values[0], values[0], 1};
  const rate_ramp result{values[0], values[1], values[2]};
  if (count != values.size() || result.to < result.from
      || steps_of(result) >= defaults::max_ramp_steps)
    return std::nullopt;
  return result;
}

std::vector<double> rate_ramp::rates() const {
  std::vector<double> result;
  for (size_t i = 0; i <= steps_of(*this); ++i)
    result.push_back(from + static_cast<double>(i) * step);
  return result;
}

} // namespace carillon
