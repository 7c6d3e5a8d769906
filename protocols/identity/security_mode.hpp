#pragma once

#include "protocols/error.hpp"

#include <cstdint>
#include <string_view>

namespace carillon::identity {

/// How SECP2PSIP messages are secured. The values stand in signed messages and
/// never change.
enum class security_mode : uint8_t {
  /// Signed by the sender, readable by everybody on the way.
  signed_mode = 1,
  /// Signed by the sender and sealed to the receiver's key.
  protected_mode = 2,
};

/// Gives "signed" or "protected".
[[nodiscard]] std::string_view to_string(security_mode value) noexcept;

/// Reads the name of a mode.
/// @returns `wrong_mode` for any other text.
[[nodiscard]] expected<security_mode>
parse_security_mode(std::string_view text);

/// Reads the number of a mode as messages carry it.
/// @returns `wrong_mode` for any other number.
[[nodiscard]] expected<security_mode>
security_mode_from_number(uint32_t number);

} // namespace carillon::identity
