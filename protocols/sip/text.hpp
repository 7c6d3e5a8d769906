#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Small ASCII text helpers that the grammar of SIP needs everywhere.
namespace carillon::sip {

/// Lower-cases ASCII letters.
[[nodiscard]] std::string to_lower(std::string_view text);

/// Upper-cases ASCII letters.
[[nodiscard]] std::string to_upper(std::string_view text);

/// Compares ASCII text without regard to case.
[[nodiscard]] bool iequals(std::string_view lhs, std::string_view rhs) noexcept;

/// Drops blanks, tabs and line ends from both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Tells whether text is a non-empty `token` (RFC 3261 section 25.1).
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Tells whether text holds control characters other than the tab, which no
/// header value may hold once it is unfolded.
[[nodiscard]] bool has_control(std::string_view text) noexcept;

/// Reads an unsigned decimal number that fills the whole text.
/// @returns nothing for an empty text, any other character or overflow.
[[nodiscard]] std::optional<uint32_t> to_number(std::string_view text) noexcept;

/// Splits at a separator that stands outside of quoted strings and angle
/// brackets, and trims the parts.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text,
                                                  char separator);

/// Writes a quoted string, escaping what has to be escaped.
[[nodiscard]] std::string quote(std::string_view text);

/// Undoes `quote`; text without quotes is returned as it is.
[[nodiscard]] std::string unquote(std::string_view text);

} // namespace carillon::sip
