#include "protocols/sip/text.hpp"

#include <algorithm>
#include <charconv>

namespace carillon::sip {

namespace {

constexpr std::string_view white_space = " \t\r\n";

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

constexpr bool is_control(char c) noexcept {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

} // namespace

std::string to_lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string to_upper(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), upper);
  return result;
}

bool iequals(std::string_view lhs, std::string_view rhs) noexcept {
  return std::equal(lhs.begin(), lhs.end(), rhs.begin(), rhs.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos)
    return {};
  const auto last = text.find_last_not_of(white_space);
  return text.substr(first, last - first + 1);
}

bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "-.!%*_+`'~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), is_control);
}

std::optional<uint32_t> to_number(std::string_view text) noexcept {
  uint32_t result = 0;
  const auto* last = text.data() + text.size();
  const auto [end, err] = std::from_chars(text.data(), last, result);
  if (err != std::errc{} || end != last)
    return std::nullopt;
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> result;
  bool in_quotes = false;
  bool in_brackets = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes && c == '\\')
      ++i;
    else if (c == '"')
      in_quotes = !in_quotes;
    else if (in_quotes)
      continue;
    else if (c == '<' || c == '>')
      in_brackets = c == '<';
    else if (c == separator && !in_brackets) {
      result.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  result.push_back(trim(text.substr(begin)));
  return result;
}

std::string quote(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    // A line end here would begin a header of somebody else's choosing.
    result += is_control(c) ? ' ' : c;
  }
  return result += '"';
}

std::string unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return std::string{text};
  text = text.substr(1, text.size() - 2);
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      ++i;
    result += text[i];
  }
  return result;
}

} // namespace carillon::sip
