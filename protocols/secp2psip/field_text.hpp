#pragma once

#include "protocols/error.hpp"

#include <cstddef>
#include <string_view>

namespace carillon::secp2psip {

/// Stands for the absence of a value; not Base64.
inline constexpr std::string_view absent_field = "-";

/// Checks that a field can carry `value`: 1 to `max_size` printable ASCII
/// characters without a space at either end.
/// @returns `too_large` or `malformed`; the detail names the field.
[[nodiscard]] expected<void> check_field_text(std::string_view name,
                                              std::string_view value,
                                              size_t max_size);

} // namespace carillon::secp2psip
