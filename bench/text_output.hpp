#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace carillon {

/// Prints results for people, for terminals of 80 columns.
class text_output {
public:
  /// Width of the name of an entry.
  static constexpr int name_width = 26;

  /// @param out must outlive the object.
  explicit text_output(std::ostream& out)
    : out_(out) {}

  /// Begins a section.
  void section(std::string_view title);

  /// Prints a line of a section; long ones are wrapped between words.
  void line(std::string_view text);

  /// Prints a name and what it has.
  void entry(std::string_view name, std::string_view value);

protected:
  static constexpr size_t columns = 80;
  static constexpr auto indent = "  ";
  static constexpr size_t indent_width = 2;

  [[nodiscard]] std::ostream& out() noexcept {
    return out_;
  }

private:
  std::ostream& out_;
};

/// Gives a number with so many decimals.
[[nodiscard]] std::string fixed_text(double value, int decimals = 2);

/// Gives a whole number with a comma between its thousands.
[[nodiscard]] std::string grouped_text(uint64_t value);

} // namespace carillon
