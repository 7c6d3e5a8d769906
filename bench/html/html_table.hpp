#pragma once

#include "bench/html/page.hpp"

#include <iosfwd>
#include <string_view>

namespace carillon {

/// Tells whether a cell holds a number: digits with a sign, a fraction or a
/// power of ten as far as it has them, and nothing after them but a percent
/// sign.
[[nodiscard]] bool is_number_cell(std::string_view cell);

/// Writes a table, in a container of its own that scrolls when the table is
/// wider than the page. Numbers are aligned to the right, and so is the head of
/// a column that mostly holds numbers.
void write_table(const page_table& table, std::ostream& out);

} // namespace carillon
