#pragma once

#include "bench/html/plot.hpp"

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

/// A table of texts and numbers.
struct page_table {
  std::string title = {};
  std::vector<std::string> head = {};

  /// Those that are shorter than others end with empty cells.
  std::vector<std::vector<std::string>> rows = {};
};

/// A part of a page.
struct page_section {
  std::string title = {};

  /// Paragraphs, with empty lines between them.
  std::string text = {};

  std::vector<plot> plots = {};
  std::vector<page_table> tables = {};
};

/// What a page shows. Everything is text: none of it is read as HTML.
struct page {
  std::string title = {};

  /// Paragraphs, with empty lines between them.
  std::string summary = {};

  /// The exact command line that gives these results.
  std::string command = {};

  /// Names and values of what it ran on.
  std::vector<std::pair<std::string, std::string>> facts = {};

  std::vector<page_section> sections = {};
};

/// Writes a page as one file of HTML that needs no other: no network, no
/// scripts, no fonts. It suits phones, paper and dark screens.
/// @param out may fail, which is for the caller to find out.
void write_page(const page& written, std::ostream& out);

} // namespace carillon
