#pragma once

#include <string_view>

namespace carillon {

/// Gives the version of the program.
[[nodiscard]] std::string_view program_version() noexcept;

} // namespace carillon
