#pragma once

#include <string>
#include <string_view>

namespace carillon {

/// Writes a text so that HTML shows it as it is, between tags as well as within
/// the quotes of an attribute. Control characters, which HTML and SVG cannot
/// hold, become replacement characters; tabs and ends of lines stay.
[[nodiscard]] std::string html_escaped(std::string_view data);

} // namespace carillon
