#include "bench/html/html_table.hpp"

#include "bench/html/html_escape.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <system_error>

namespace carillon {

namespace {

constexpr std::string_view typeset_minus = "−";

std::string table_cell(const std::vector<std::string>& row, size_t column) {
  return column < row.size() ? row[column] : std::string{};
}

// Tells of each column whether it is one of numbers: most of its cells are.
std::vector<bool> numeric_columns(const page_table& table) {
  auto count = table.head.size();
  for (const auto& row : table.rows)
    count = std::max(count, row.size());
  std::vector<bool> result;
  for (size_t i = 0; i < count; ++i) {
    const auto numbers =
      std::ranges::count_if(table.rows, [i](const auto& row) {
        return is_number_cell(table_cell(row, i));
      });
    result.push_back(2 * static_cast<size_t>(numbers) > table.rows.size());
  }
  return result;
}

// What stands in the place of a number that is missing.
bool is_missing_number(std::string_view cell) {
  return cell == "-" || cell == "–" || cell == "n/a";
}

void write_table_cell(std::string_view element, std::string_view content,
                      bool is_number, std::ostream& out) {
  out << '<' << element << (is_number ? " class=\"number\">" : ">")
      << html_escaped(content) << "</" << element << '>';
}

} // namespace

bool is_number_cell(std::string_view cell) {
  for (const auto sign :
       {std::string_view{"+"}, std::string_view{"-"}, typeset_minus})
    if (cell.starts_with(sign)) {
      cell.remove_prefix(sign.size());
      break;
    }
  // No second sign, and neither "inf" nor "nan".
  if (cell.empty()
      || !(cell.front() == '.' || (cell.front() >= '0' && cell.front() <= '9')))
    return false;
  double value = 0;
  const auto [end, error] =
    std::from_chars(cell.data(), cell.data() + cell.size(), value);
  cell.remove_prefix(static_cast<size_t>(end - cell.data()));
  return error == std::errc{} && (cell.empty() || cell == "%" || cell == " %");
}

void write_table(const page_table& table, std::ostream& out) {
  const auto is_numeric = numeric_columns(table);
  out << "<figure class=\"table\">\n<figcaption>" << html_escaped(table.title)
      << "</figcaption>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
         "aria-label=\""
      << html_escaped(table.title) << "\">\n<table>\n<thead><tr>";
  for (size_t i = 0; i < is_numeric.size(); ++i)
    write_table_cell("th", table_cell(table.head, i), is_numeric[i], out);
  out << "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    out << "<tr>";
    for (size_t i = 0; i < is_numeric.size(); ++i) {
      const auto cell = table_cell(row, i);
      write_table_cell("td", cell,
                       is_number_cell(cell)
                         || (is_numeric[i] && is_missing_number(cell)),
                       out);
    }
    out << "</tr>\n";
  }
  out << "</tbody>\n</table>\n</div>\n</figure>\n";
}

} // namespace carillon
