#include "bench/demo/demo_output.hpp"

#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>

namespace carillon {

namespace {

constexpr size_t columns = 80;
constexpr auto indent = "  ";
constexpr size_t indent_width = 2;
constexpr int name_width = 26;
constexpr int time_width = 9;
constexpr int step_width = 26;
constexpr int count_width = 10;

// What a line of a path leaves for the detail.
constexpr size_t detail_width =
  columns - indent_width - time_width - 5 - step_width;

std::string shortened(std::string_view text, size_t width) {
  if (text.size() <= width)
    return std::string{text};
  return std::string{text.substr(0, width - 3)} + "...";
}

std::string fixed(double value) {
  std::ostringstream result;
  result << std::fixed << std::setprecision(2) << value;
  return result.str();
}

} // namespace

void demo_output::section(std::string_view title) {
  out_ << '\n' << title << '\n' << std::string(title.size(), '-') << '\n';
}

void demo_output::line(std::string_view text) {
  std::istringstream words{std::string{text}};
  size_t used = 0;
  for (std::string word; words >> word; used += word.size()) {
    if (used > 0 && used + 1 + word.size() > columns) {
      out_ << '\n';
      used = 0;
    }
    out_ << (used == 0 ? indent : " ");
    used += used == 0 ? indent_width : 1;
    out_ << word;
  }
  out_ << '\n' << std::flush;
}

void demo_output::entry(std::string_view name, std::string_view value) {
  out_ << indent << std::left << std::setw(name_width) << name << value << '\n'
       << std::flush;
}

void demo_output::path(const std::vector<recorded_step>& steps) {
  for (const auto& step : steps)
    out_ << indent << std::right << std::setw(time_width)
         << fixed(milliseconds(step.when - steps.front().when)) << " ms  "
         << std::left << std::setw(step_width) << step.step
         << shortened(step.detail, detail_width) << '\n';
  out_ << std::flush;
}

void demo_output::measured_heading() {
  out_ << indent << std::left << std::setw(name_width) << "milliseconds"
       << std::right << std::setw(count_width) << "rounds"
       << std::setw(count_width) << "median" << std::setw(count_width) << "90 %"
       << std::setw(count_width) << "worst" << '\n';
}

void demo_output::measured(std::string_view what, const durations& values) {
  const auto column = [&](double share) {
    out_ << std::setw(count_width)
         << fixed(milliseconds(values.percentile(share)));
  };
  out_ << indent << std::left << std::setw(name_width) << what << std::right
       << std::setw(count_width) << values.count();
  column(0.5);
  column(0.9);
  column(1);
  out_ << '\n' << std::flush;
}

} // namespace carillon
