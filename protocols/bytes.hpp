#pragma once

#include "protocols/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// Owned bytes.
using bytes = std::vector<uint8_t>;

/// Borrowed bytes; never outlives what it points into.
using byte_view = std::span<const uint8_t>;

/// Views text as bytes without copying.
[[nodiscard]] byte_view as_bytes(std::string_view text) noexcept;

/// Views bytes as text without copying or checking an encoding.
[[nodiscard]] std::string_view as_text(byte_view data) noexcept;

/// Copies borrowed bytes.
[[nodiscard]] bytes to_bytes(byte_view data);

/// Copies text into bytes.
[[nodiscard]] bytes to_bytes(std::string_view text);

/// Encodes as lower-case hexadecimal.
[[nodiscard]] std::string to_hex(byte_view data);

/// Decodes hexadecimal of either case.
/// @returns `malformed` for an odd length or any other character.
[[nodiscard]] expected<bytes> from_hex(std::string_view text);

/// Encodes as padded Base64 (RFC 4648 section 4) on one line.
[[nodiscard]] std::string to_base64(byte_view data);

/// Decodes padded Base64.
/// @returns `malformed` for white space, missing padding or any other
///          character, so that each value has exactly one encoding.
[[nodiscard]] expected<bytes> from_base64(std::string_view text);

/// Compares in time that depends on the lengths only.
[[nodiscard]] bool constant_time_equal(byte_view lhs, byte_view rhs) noexcept;

} // namespace carillon
