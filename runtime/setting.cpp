#include "runtime/setting.hpp"

#include <sstream>

namespace carillon {

namespace {

struct printer {
  std::string operator()(int64_t value) const {
    return std::to_string(value);
  }

  std::string operator()(double value) const {
    std::ostringstream out;
    out << value;
    return out.str();
  }

  std::string operator()(const std::string& value) const {
    return '"' + value + '"';
  }

  std::string operator()(const std::vector<std::string>& values) const {
    std::string result;
    for (const auto& value : values)
      result += (result.empty() ? "" : ", ") + (*this)(value);
    return '[' + result + ']';
  }

  std::string operator()(bool value) const {
    return value ? "true" : "false";
  }

  std::string operator()(const plain_text& value) const {
    return '"' + value.text + '"';
  }
};

} // namespace

std::string to_string(const setting_value& value) {
  return std::visit(printer{}, value);
}

} // namespace carillon
