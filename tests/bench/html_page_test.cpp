#include "bench/html/html_table.hpp"
#include "bench/html/page.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace carillon;

namespace {

std::string html_of(const page& written) {
  std::ostringstream out;
  write_page(written, out);
  return out.str();
}

std::string html_of_table(const page_table& table) {
  std::ostringstream out;
  write_table(table, out);
  return out.str();
}

bool holds(std::string_view html, std::string_view part) {
  return html.find(part) != html.npos;
}

size_t count_figures(std::string_view html) {
  constexpr std::string_view figure = "<figure class=\"plot\">";
  size_t result = 0;
  for (auto at = html.find(figure); at != html.npos;
       at = html.find(figure, at + 1))
    ++result;
  return result;
}

page example() {
  const plot calls{
    .title = "Calls",
    .x = {.title = "users"},
    .y = {.title = "duration (ms)"},
    .series = {{.name = "measured", .points = {{1, 2}, {2, 3}}},
               {.name = "a paper", .points = {{1, 4}}, .is_reference = true}},
    .note = "Smaller is better."};
  const plot lookups{.title = "Lookups",
                     .x = {.title = "kind", .categories = {"cold", "warm"}},
                     .y = {.title = "hops"},
                     .series = {{.name = "hops", .points = {{0, 5}}}}};
  return {.title = "Load",
          .summary = "First.\n\nSecond.",
          .command = "carillon bench load --users 10",
          .facts = {{"Machine", "x86_64"}},
          .sections = {{.title = "Phones",
                        .text = "About phones.",
                        .plots = {calls, lookups},
                        .tables = {{.title = "All",
                                    .head = {"what", "ms"},
                                    .rows = {{"call", "1.5"}}}}},
                       {.title = "Ring"}}};
}

} // namespace

TEST(page, holds_everything_it_was_given) {
  const auto html = html_of(example());
  for (const auto* part : {"<title>Load</title>",
                           "<h1>Load</h1>",
                           "<p>First.</p>",
                           "<p>Second.</p>",
                           "carillon bench load --users 10",
                           "Machine",
                           "x86_64",
                           "<h2>Phones</h2>",
                           "About phones.",
                           "<figcaption>Calls</figcaption>",
                           "<figcaption>Lookups</figcaption>",
                           ">users</text>",
                           ">duration (ms)</text>",
                           ">kind</text>",
                           ">hops</text>",
                           ">measured</text>",
                           ">a paper</text>",
                           "Smaller is better.",
                           "<figcaption>All</figcaption>",
                           "<h2>Ring</h2>",
                           "href=\"#section-2\"",
                           "id=\"section-2\""})
    EXPECT_TRUE(holds(html, part)) << part;
  EXPECT_EQ(count_figures(html), 2);
}

TEST(page, leaves_out_what_it_was_not_given) {
  const auto html = html_of({.title = "Load", .sections = {{.title = "One"}}});
  EXPECT_TRUE(holds(html, "<h2>One</h2>"));
  EXPECT_EQ(count_figures(html), 0);
  for (const auto* part : {"<pre", "<dl", "<nav", "<table", "<p>"})
    EXPECT_FALSE(holds(html, part)) << part;
}

TEST(page, needs_nothing_else) {
  const auto html = html_of(example());
  for (const auto* part :
       {"<script", "src=", "@import", "url(", "https:", "href=\"http"})
    EXPECT_FALSE(holds(html, part)) << part;
}

TEST(page, escapes_every_text) {
  const std::string hostile = "\"><script>alert('1')</script>&";
  const plot drawn{
    .title = hostile,
    .x = {.title = hostile},
    .y = {.title = hostile},
    .series = {{.name = hostile, .points = {{1, 1}}}, {.name = hostile}},
    .note = hostile};
  const auto html = html_of(
    {.title = hostile,
     .summary = hostile,
     .command = hostile,
     .facts = {{hostile, hostile}},
     .sections = {
       {.title = hostile,
        .text = hostile,
        .plots = {drawn},
        .tables = {{.title = hostile, .head = {hostile}, .rows = {{hostile}}}}},
       {.title = hostile}}});
  EXPECT_FALSE(holds(html, "<script"));
  EXPECT_FALSE(holds(html, "\">&quot;><"));
  EXPECT_TRUE(holds(html,
                    "<h1>&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)"
                    "&lt;/script&gt;&amp;</h1>"));
}

TEST(page, says_under_a_plot_what_it_leaves_out) {
  auto written = example();
  EXPECT_FALSE(holds(html_of(written), "left out"));
  auto& drawn = written.sections[0].plots[0];
  drawn.y.is_logarithmic = true;
  drawn.series[0].points.push_back({3, 0});
  EXPECT_TRUE(
    holds(html_of(written), "<p>1 value is left out: it is not above zero"));
}

TEST(page_table, aligns_numbers_and_their_heads) {
  const auto html = html_of_table(
    {.head = {"what", "ms"},
     .rows = {{"call", "1.5"}, {"lookup", "20"}, {"hang up", "–"}}});
  EXPECT_TRUE(holds(html, "<th>what</th><th class=\"number\">ms</th>"));
  EXPECT_TRUE(holds(html, "<td>call</td><td class=\"number\">1.5</td>"));
  EXPECT_TRUE(holds(html, "<td>hang up</td><td class=\"number\">–</td>"));
}

TEST(page_table, leaves_texts_where_they_begin) {
  const auto html =
    html_of_table({.head = {"a"}, .rows = {{"x"}, {"–"}, {"7"}}});
  EXPECT_TRUE(holds(html, "<th>a</th>"));
  EXPECT_TRUE(holds(html, "<td>–</td>"));
  EXPECT_TRUE(holds(html, "<td class=\"number\">7</td>"));
}

TEST(page_table, fills_rows_that_are_short) {
  const auto html = html_of_table(
    {.head = {"a", "b"}, .rows = {{"only"}, {"x", "y", "z"}, {}}});
  EXPECT_TRUE(holds(html, "<tr><th>a</th><th>b</th><th></th></tr>"));
  EXPECT_TRUE(holds(html, "<tr><td>only</td><td></td><td></td></tr>"));
  EXPECT_TRUE(holds(html, "<tr><td></td><td></td><td></td></tr>"));
}

TEST(page_table, scrolls_in_its_own_container) {
  const auto html = html_of_table({.title = "\"Wide\"", .head = {"a"}});
  EXPECT_TRUE(holds(html, "<div class=\"scroll\""));
  EXPECT_TRUE(holds(html, "aria-label=\"&quot;Wide&quot;\""));
}

TEST(number_cell, is_a_number_alone_or_with_a_percent_sign) {
  for (const auto* cell :
       {"0", "12", "-1", "−1", "+3.5", ".5", "1e-5", "99 %", "0.02%"})
    EXPECT_TRUE(is_number_cell(cell)) << cell;
}

TEST(number_cell, is_nothing_else) {
  for (const auto* cell :
       {"", " ", "-", "+-1", "--1", "nan", "inf", "1 ms", "1.2.3", "10.0.0.1",
        "12 nodes", "node 1", "%", "n/a", "0x10"})
    EXPECT_FALSE(is_number_cell(cell)) << cell;
}
