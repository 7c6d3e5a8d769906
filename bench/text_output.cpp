#include "bench/text_output.hpp"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace carillon {

void text_output::section(std::string_view title) {
  out_ << '\n' << title << '\n' << std::string(title.size(), '-') << '\n';
}

void text_output::line(std::string_view text) {
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

void text_output::entry(std::string_view name, std::string_view value) {
  out_ << indent << std::left << std::setw(name_width) << name << value << '\n'
       << std::flush;
}

std::string fixed_text(double value, int decimals) {
  std::ostringstream result;
  result << std::fixed << std::setprecision(decimals) << value;
  return result.str();
}

std::string grouped_text(uint64_t value) {
  constexpr size_t digits = 3;
  auto result = std::to_string(value);
  for (auto end = result.size(); end > digits; end -= digits)
    result.insert(end - digits, ",");
  return result;
}

} // namespace carillon
