#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// Estimates how wide a text is drawn, rather too wide than too narrow: which
/// font draws it is the reader's choice.
/// @param text UTF-8.
/// @param font_size in the unit of the result.
[[nodiscard]] double label_width(std::string_view text, double font_size);

/// Breaks a text into lines, between words where it can and within a word that
/// is too long for a line.
/// @param width of a line, in the unit of `font_size`.
/// @returns no lines for a text without words.
[[nodiscard]] std::vector<std::string>
label_lines(std::string_view text, double width, double font_size);

} // namespace carillon
