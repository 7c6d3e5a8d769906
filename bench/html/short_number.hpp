#pragma once

#include <string>

namespace carillon {

/// Significant digits of numbers that are read at a glance.
inline constexpr int short_number_digits = 3;

/// Writes a number as briefly as its digits allow: 950, 1.5k, 10M, 0.02, 10⁻⁵.
/// @param digits how many are significant, from 1 to 17; zeros at the end are
/// dropped. With more than `short_number_digits` there are no suffixes: what
/// differs in its fourth digit is compared as a whole.
/// @returns "n/a" for what is not finite.
[[nodiscard]] std::string short_number(double value,
                                       int digits = short_number_digits);

} // namespace carillon
