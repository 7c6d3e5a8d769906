#include "bench/html/html_escape.hpp"

namespace carillon {

namespace {

void append_escaped(std::string& to, char character) {
  switch (character) {
  case '&':
    to += "&amp;";
    return;
  case '<':
    to += "&lt;";
    return;
  case '>':
    to += "&gt;";
    return;
  case '"':
    to += "&quot;";
    return;
  case '\'':
    to += "&#39;";
    return;
  case '\t':
  case '\n':
  case '\r':
    to += character;
    return;
  default:
    break;
  }
  const auto byte = static_cast<unsigned char>(character);
  if (byte < ' ' || byte == '\x7f')
    to += "\uFFFD";
  else
    to += character;
}

} // namespace

std::string html_escaped(std::string_view data) {
  std::string result;
  result.reserve(data.size());
  for (const auto character : data)
    append_escaped(result, character);
  return result;
}

} // namespace carillon
