#include "bench/html/svg_plot.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

using namespace carillon;

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();
constexpr auto not_a_value = std::numeric_limits<double>::quiet_NaN();

size_t count_in(std::string_view text, std::string_view part) {
  size_t result = 0;
  for (auto at = text.find(part); at != text.npos;
       at = text.find(part, at + part.size()))
    ++result;
  return result;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

plot_series line_of(std::string name, std::vector<plot_point> points) {
  return {.name = std::move(name), .points = std::move(points)};
}

plot line_plot(std::vector<plot_point> points) {
  return {.title = "Durations",
          .x = {.title = "users"},
          .y = {.title = "duration (ms)"},
          .series = {line_of("calls", std::move(points))}};
}

plot bar_plot(std::vector<plot_point> points) {
  auto result = line_plot(std::move(points));
  result.x.categories = {"register", "call"};
  return result;
}

// Markers are the only paths that are placed.
size_t count_markers(std::string_view svg) {
  return count_in(svg, "translate(");
}

// What a picture has whatever it shows.
void expect_picture(std::string_view svg) {
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_TRUE(contains(svg, "role=\"img\""));
  EXPECT_TRUE(contains(svg, "viewBox=\"0 0 "));
  EXPECT_EQ(count_in(svg, "<title>"), 1);
  EXPECT_EQ(count_in(svg, "<desc>"), 1);
  EXPECT_FALSE(contains(svg, "nan"));
  EXPECT_FALSE(contains(svg, "inf"));
}

} // namespace

TEST(svg_plot, names_what_it_shows) {
  const auto svg = to_svg(line_plot({{1, 2}, {2, 3}}));
  expect_picture(svg);
  EXPECT_TRUE(contains(svg, "<title>Durations</title>"));
  EXPECT_TRUE(contains(svg, ">users</text>"));
  EXPECT_TRUE(contains(svg, ">duration (ms)</text>"));
  EXPECT_EQ(count_markers(svg), 2);
  EXPECT_FALSE(contains(svg, "no data"));
}

TEST(svg_plot, escapes_every_text) {
  auto hostile = line_plot({{1, 2}});
  hostile.title = "<script>1</script>";
  hostile.x.title = "<script>2</script>";
  hostile.y.title = "<script>3</script>";
  hostile.series[0].name = "<script>4</script>";
  hostile.series.push_back(hostile.series[0]);
  EXPECT_FALSE(contains(to_svg(hostile), "<script"));
  EXPECT_GE(count_in(to_svg(hostile), "&lt;script"), 4);
  hostile.x.categories = {"<script>5</script>", "<script>6</script>"};
  EXPECT_FALSE(contains(to_svg(hostile), "<script"));
  EXPECT_TRUE(contains(to_svg(hostile), "5&lt;/"));
}

TEST(svg_plot, has_a_legend_for_several_series) {
  auto drawn = line_plot({{1, 2}, {2, 3}});
  EXPECT_FALSE(contains(to_svg(drawn), ">calls</text>"));
  drawn.series.push_back(line_of("lookups", {{1, 3}}));
  EXPECT_TRUE(contains(to_svg(drawn), ">calls</text>"));
  EXPECT_TRUE(contains(to_svg(drawn), ">lookups</text>"));
}

TEST(svg_plot, has_a_legend_for_a_reference) {
  auto drawn = line_plot({{1, 2}, {2, 3}});
  drawn.series[0].is_reference = true;
  EXPECT_TRUE(contains(to_svg(drawn), ">calls</text>"));
}

TEST(svg_plot, draws_references_dashed_and_hollow) {
  auto drawn = line_plot({{1, 2}, {2, 3}});
  const auto own = to_svg(drawn);
  EXPECT_FALSE(contains(own, "stroke-dasharray=\"6 5\""));
  EXPECT_FALSE(contains(own, "fill=\"var(--paper,#fff)\""));
  drawn.series[0].is_reference = true;
  const auto reference = to_svg(drawn);
  EXPECT_TRUE(contains(reference, "stroke-dasharray=\"6 5\""));
  EXPECT_FALSE(contains(reference, "stroke-dasharray=\"none\""));
  EXPECT_TRUE(contains(reference, "fill=\"var(--paper,#fff)\""));
}

TEST(svg_plot, draws_bars_of_references_dashed) {
  auto drawn = bar_plot({{0, 2}, {1, 3}});
  EXPECT_FALSE(contains(to_svg(drawn), "stroke-dasharray=\"6 5\""));
  drawn.series[0].is_reference = true;
  EXPECT_TRUE(contains(to_svg(drawn), "stroke-dasharray=\"6 5\""));
}

TEST(svg_plot, says_that_there_is_nothing_to_show) {
  for (const auto& nothing :
       {plot{}, line_plot({}), bar_plot({}), line_plot({{1, not_a_value}}),
        bar_plot({{2, 1}})}) {
    const auto svg = to_svg(nothing);
    expect_picture(svg);
    EXPECT_TRUE(contains(svg, ">no data</text>"));
    EXPECT_EQ(count_markers(svg), 0);
  }
}

TEST(svg_plot, shows_a_single_point_and_equal_ones) {
  for (const auto& points :
       {std::vector<plot_point>{{5, 7}}, std::vector<plot_point>{{0, 0}},
        std::vector<plot_point>{{5, 7}, {5, 7}}}) {
    const auto svg = to_svg(line_plot(points));
    expect_picture(svg);
    EXPECT_EQ(count_markers(svg), points.size());
    EXPECT_FALSE(contains(svg, "no data"));
  }
}

TEST(svg_plot, interrupts_the_line_where_it_leaves_a_point_out) {
  const auto whole = to_svg(line_plot({{1, 1}, {2, 2}, {3, 3}, {4, 4}}));
  const auto parts =
    to_svg(line_plot({{1, 1}, {2, 2}, {3, infinite}, {4, 4}, {5, 5}}));
  expect_picture(parts);
  EXPECT_EQ(count_markers(parts), 4);
  const auto pieces = [](const std::string& svg) {
    const auto begin = svg.find(" d=\"") + 4;
    return count_in(svg.substr(begin, svg.find('"', begin) - begin), "M");
  };
  EXPECT_EQ(pieces(whole), 1);
  EXPECT_EQ(pieces(parts), 2);
}

TEST(svg_plot, leaves_out_what_a_logarithmic_axis_cannot_show) {
  auto drawn = line_plot({{0, 1}, {1, 0}, {10, -1}, {100, 5}, {1000, 6}});
  EXPECT_EQ(count_markers(to_svg(drawn)), 5);
  drawn.y.is_logarithmic = true;
  EXPECT_EQ(count_markers(to_svg(drawn)), 3);
  drawn.x.is_logarithmic = true;
  const auto svg = to_svg(drawn);
  expect_picture(svg);
  EXPECT_EQ(count_markers(svg), 2);
  EXPECT_TRUE(contains(svg, ">users, logarithmic</text>"));
}

TEST(svg_plot, draws_error_bars_where_there_are_any) {
  const auto line_count = [](std::vector<plot_point> points) {
    const auto svg = to_svg(line_plot(std::move(points)));
    expect_picture(svg);
    return count_in(svg, "stroke-width=\"1.5\"");
  };
  // A line and two caps each.
  EXPECT_EQ(line_count({{1, 2}, {2, 3}}), 0);
  EXPECT_EQ(line_count({{1, 2, 1, 3}, {2, 3}}), 3);
  EXPECT_EQ(line_count({{1, 2, 1}, {2, 3, std::nullopt, 4}}), 6);
  EXPECT_EQ(line_count({{1, 2, not_a_value, infinite}, {2, 3}}), 0);
}

TEST(svg_plot, writes_the_values_beside_the_bars) {
  const auto svg = to_svg(bar_plot({{0, 12'300}, {1, -3}}));
  expect_picture(svg);
  EXPECT_TRUE(contains(svg, ">12.3k</text>"));
  EXPECT_TRUE(contains(svg, ">−3</text>"));
  EXPECT_TRUE(contains(svg, ">register</text>"));
  EXPECT_TRUE(contains(svg, ">call</text>"));
}

TEST(svg_plot, has_fewer_markers_than_a_great_many_points) {
  std::vector<plot_point> points;
  for (int i = 0; i < 1000; ++i)
    points.push_back({i * 1.0, i * 2.0});
  const auto svg = to_svg(line_plot(points));
  EXPECT_GE(count_markers(svg), 10);
  EXPECT_LE(count_markers(svg), 40);
}
