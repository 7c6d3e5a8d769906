#include "bench/html/page.hpp"

#include "bench/html/html_escape.hpp"
#include "bench/html/html_table.hpp"
#include "bench/html/page_style.hpp"
#include "bench/html/plot_omission.hpp"
#include "bench/html/svg_plot.hpp"

#include <ostream>
#include <sstream>

namespace carillon {

namespace {

// The policy is for the case that something gets past the escaping.
constexpr std::string_view page_begin =
  R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
)";

void write_paragraphs(std::string_view text, std::ostream& out) {
  std::istringstream lines{std::string{text}};
  std::string paragraph;
  const auto finish = [&] {
    if (!paragraph.empty())
      out << "<p>" << html_escaped(paragraph) << "</p>\n";
    paragraph.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    if (line.empty())
      finish();
    else
      paragraph += (paragraph.empty() ? "" : "\n") + line;
  }
  finish();
}

void write_plot(const plot& drawn, std::ostream& out) {
  out << "<figure class=\"plot\">\n<figcaption>" << html_escaped(drawn.title)
      << "</figcaption>\n"
      << to_svg(drawn);
  write_paragraphs(drawn.note, out);
  write_paragraphs(omission_note(drawn), out);
  out << "</figure>\n";
}

void write_page_section(const page_section& section, size_t number,
                        std::ostream& out) {
  out << "<section id=\"section-" << number << "\">\n<h2>"
      << html_escaped(section.title) << "</h2>\n";
  write_paragraphs(section.text, out);
  if (!section.plots.empty()) {
    out << "<div class=\"plots\">\n";
    for (const auto& drawn : section.plots)
      write_plot(drawn, out);
    out << "</div>\n";
  }
  for (const auto& table : section.tables)
    write_table(table, out);
  out << "</section>\n";
}

void write_page_origin(const page& written, std::ostream& out) {
  if (!written.command.empty())
    out << "<pre class=\"command\"><code>" << html_escaped(written.command)
        << "</code></pre>\n";
  if (written.facts.empty())
    return;
  out << "<dl class=\"facts\">\n";
  for (const auto& [name, value] : written.facts)
    out << "<div><dt>" << html_escaped(name) << "</dt><dd>"
        << html_escaped(value) << "</dd></div>\n";
  out << "</dl>\n";
}

// A page of one section is read from its beginning.
void write_page_contents(const page& written, std::ostream& out) {
  if (written.sections.size() < 2)
    return;
  out << "<nav aria-label=\"Contents\">\n<ol>\n";
  size_t number = 0;
  for (const auto& section : written.sections)
    out << "<li><a href=\"#section-" << ++number << "\">"
        << html_escaped(section.title) << "</a></li>\n";
  out << "</ol>\n</nav>\n";
}

} // namespace

void write_page(const page& written, std::ostream& out) {
  const auto title = html_escaped(written.title);
  out << page_begin << "<title>" << title << "</title>\n<style>\n"
      << page_style << "</style>\n</head>\n<body>\n<header>\n<h1>" << title
      << "</h1>\n";
  write_paragraphs(written.summary, out);
  write_page_origin(written, out);
  write_page_contents(written, out);
  out << "</header>\n<main>\n";
  size_t number = 0;
  for (const auto& section : written.sections)
    write_page_section(section, ++number, out);
  out << "</main>\n</body>\n</html>\n";
}

} // namespace carillon
