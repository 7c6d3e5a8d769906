#include "runtime/key_depth.hpp"

#include "runtime/defaults.hpp"

#include <algorithm>
#include <string>

namespace carillon {

namespace {

constexpr auto whole = std::string_view::npos;

// Gives the length of the string that a text begins with, or of its first line
// when it does not end there (TOML 1.0, section "String").
size_t string_length(std::string_view text) {
  const auto quote = text.front();
  const std::string three(3, quote);
  const bool many_lines = text.starts_with(three);
  const bool has_escapes = quote == '"';
  size_t at = many_lines ? three.size() : 1;
  for (; at < text.size(); ++at) {
    if (many_lines ? text.substr(at).starts_with(three) : text[at] == quote)
      return at + (many_lines ? three.size() : 1);
    if (!many_lines && text[at] == '\n')
      return at;
    if (has_escapes && text[at] == '\\')
      ++at;
  }
  return text.size();
}

// Gives the length of what cannot be a part of a key: a string, a comment, or
// a single character.
size_t token_length(std::string_view text) {
  if (text.front() == '#')
    return std::min(text.find('\n'), text.size());
  if (text.front() == '"' || text.front() == '\'')
    return string_length(text);
  return 1;
}

} // namespace

expected<void> check_key_depth(std::string_view text, std::string_view name) {
  constexpr std::string_view ends_of_keys = "\n=,[]{}";
  size_t line = 1;
  size_t parts = 1;
  while (!text.empty()) {
    const auto token = text.substr(0, token_length(text));
    if (ends_of_keys.find(token.front()) != whole)
      parts = 1;
    else if (token == "." && ++parts > defaults::max_key_depth)
      return fail(errc::invalid_configuration,
                  std::string{name} + ':' + std::to_string(line)
                    + ": a key has more than "
                    + std::to_string(defaults::max_key_depth) + " parts");
    line += static_cast<size_t>(std::ranges::count(token, '\n'));
    text.remove_prefix(token.size());
  }
  return {};
}

} // namespace carillon
