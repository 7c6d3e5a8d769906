#include "bench/demo/demo_output.hpp"

#include <iomanip>
#include <ostream>
#include <string>

namespace carillon {

namespace {

constexpr int time_width = 9;
constexpr int step_width = 26;
constexpr int count_width = 10;

std::string shortened(std::string_view text, size_t width) {
  if (text.size() <= width)
    return std::string{text};
  return std::string{text.substr(0, width - 3)} + "...";
}

} // namespace

void demo_output::path(const std::vector<recorded_step>& steps) {
  // What a line leaves for the detail.
  constexpr size_t detail_width =
    columns - indent_width - time_width - 5 - step_width;
  for (const auto& step : steps)
    out() << indent << std::right << std::setw(time_width)
          << fixed_text(milliseconds(step.when - steps.front().when)) << " ms  "
          << std::left << std::setw(step_width) << step.step
          << shortened(step.detail, detail_width) << '\n';
  out() << std::flush;
}

void demo_output::measured_heading() {
  out() << indent << std::left << std::setw(name_width) << "milliseconds"
        << std::right << std::setw(count_width) << "rounds"
        << std::setw(count_width) << "median" << std::setw(count_width)
        << "90 %" << std::setw(count_width) << "worst" << '\n';
}

void demo_output::measured(std::string_view what, const durations& values) {
  const auto column = [&](double share) {
    out() << std::setw(count_width)
          << fixed_text(milliseconds(values.percentile(share)));
  };
  out() << indent << std::left << std::setw(name_width) << what << std::right
        << std::setw(count_width) << values.count();
  column(0.5);
  column(0.9);
  column(1);
  out() << '\n' << std::flush;
}

} // namespace carillon
