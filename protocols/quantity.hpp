#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace carillon {

/// Gives a number and what it counts, for people: "1 copy", "2 copies".
/// @param one what it counts, for one of it.
/// @param many the same for any other number.
[[nodiscard]] std::string quantity(size_t number, std::string_view one,
                                   std::string_view many);

} // namespace carillon
