#pragma once

#include <string_view>

namespace carillon {

/// The style sheet of pages: for screens of any width, light and dark, and for
/// paper.
extern const std::string_view page_style;

} // namespace carillon
