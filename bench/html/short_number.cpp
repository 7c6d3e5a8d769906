#include "bench/html/short_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace carillon {

namespace {

// Powers of ten outside of which a number is written with its power.
constexpr int min_plain_power = -4;
constexpr int max_plain_power = 14;

constexpr std::array<std::string_view, 5> thousands_suffixes{"", "k", "M", "G",
                                                             "T"};

constexpr std::array<std::string_view, 10> superscript_digits{
  "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

// A number, as digits of which the first stands for ten to a power.
struct rounded_decimal {
  std::string digits;
  int power = 0;
};

rounded_decimal round_to(double magnitude, int digits) {
  std::array<char, 64> written{};
  const auto result =
    std::to_chars(written.data(), written.data() + written.size(), magnitude,
                  std::chars_format::scientific, digits - 1);
  const std::string_view all{written.data(),
                             static_cast<size_t>(result.ptr - written.data())};
  const auto mark = all.find('e');
  rounded_decimal rounded;
  for (const auto digit : all.substr(0, mark))
    if (digit != '.')
      rounded.digits += digit;
  rounded.digits.erase(rounded.digits.find_last_not_of('0') + 1);
  auto power = all.substr(mark + 1);
  if (power.front() == '+')
    power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), rounded.power);
  return rounded;
}

std::string superscript(int value) {
  std::string result{value < 0 ? "⁻" : ""};
  for (const auto digit : std::to_string(std::abs(value)))
    result += superscript_digits[static_cast<size_t>(digit - '0')];
  return result;
}

// Writes digits of which the first stands for ten to a power.
std::string positional(const std::string& digits, int power) {
  if (power < 0)
    return "0." + std::string(static_cast<size_t>(-power - 1), '0') + digits;
  const auto whole = static_cast<size_t>(power) + 1;
  if (digits.size() <= whole)
    return digits + std::string(whole - digits.size(), '0');
  return digits.substr(0, whole) + '.' + digits.substr(whole);
}

std::string with_power(const rounded_decimal& number) {
  const auto factor = "10" + superscript(number.power);
  return number.digits == "1" ? factor
                              : positional(number.digits, 0) + "×" + factor;
}

std::string with_suffix(const rounded_decimal& number) {
  const auto thousands = std::max(number.power, 0) / 3;
  return positional(number.digits, number.power - 3 * thousands)
    + std::string{thousands_suffixes[static_cast<size_t>(thousands)]};
}

} // namespace

std::string short_number(double value, int digits) {
  if (!std::isfinite(value))
    return "n/a";
  if (value == 0)
    return "0";
  const auto number = round_to(std::abs(value), digits);
  const std::string sign{value < 0 ? "−" : ""};
  if (number.power < min_plain_power || number.power > max_plain_power)
    return sign + with_power(number);
  // The year 2005 is easier to read than 2.005k.
  if (digits > short_number_digits)
    return sign + positional(number.digits, number.power);
  return sign + with_suffix(number);
}

} // namespace carillon
