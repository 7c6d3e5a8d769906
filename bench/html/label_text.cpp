#include "bench/html/label_text.hpp"

#include <algorithm>
#include <sstream>

namespace carillon {

namespace {

// Of the digits of the widest font that systems have for pages, as a share of
// its size; its small letters are narrower.
constexpr double label_character_width = 0.62;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

size_t count_characters(std::string_view text) {
  return text.size()
    - static_cast<size_t>(std::ranges::count_if(text, continues_character));
}

// The bytes of the first characters of a text.
size_t bytes_of(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; at < text.size(); ++at)
    if (!continues_character(text[at]) && characters-- == 0)
      break;
  return at;
}

} // namespace

double label_width(std::string_view text, double font_size) {
  return static_cast<double>(count_characters(text)) * label_character_width
    * font_size;
}

std::vector<std::string> label_lines(std::string_view text, double width,
                                     double font_size) {
  const auto fitting = std::max<size_t>(
    static_cast<size_t>(width / (label_character_width * font_size)), 1);
  std::vector<std::string> lines;
  std::istringstream words{std::string{text}};
  for (std::string word; words >> word;) {
    const auto joined = lines.empty() ? word : lines.back() + ' ' + word;
    if (!lines.empty() && count_characters(joined) <= fitting) {
      lines.back() = joined;
      continue;
    }
    while (count_characters(word) > fitting) {
      const auto taken = bytes_of(word, fitting);
      lines.push_back(word.substr(0, taken));
      word.erase(0, taken);
    }
    lines.push_back(word);
  }
  return lines;
}

} // namespace carillon
