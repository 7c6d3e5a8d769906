#include "bench/html/plot_omission.hpp"
#include "bench/html/plot_scales.hpp"
#include "bench/html/series_style.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <utility>

using namespace carillon;

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();
constexpr auto not_a_value = std::numeric_limits<double>::quiet_NaN();

plot with_lines(std::vector<plot_point> points) {
  return {.series = {{.points = std::move(points)}}};
}

plot with_bars(std::vector<plot_point> points) {
  auto result = with_lines(std::move(points));
  result.x.categories = {"register", "call"};
  return result;
}

} // namespace

TEST(plot_omission, is_told_by_its_reason) {
  auto drawn = with_lines({});
  const auto reason = [&](double x, double y) {
    return omission_of(plot_point{x, y}, drawn);
  };
  EXPECT_EQ(reason(0, -1), plot_omission::none);
  EXPECT_EQ(reason(0, infinite), plot_omission::not_finite);
  EXPECT_EQ(reason(not_a_value, 0), plot_omission::not_finite);
  EXPECT_EQ(reason(1e200, 0), plot_omission::not_finite);
  drawn.y.is_logarithmic = true;
  EXPECT_EQ(reason(0, 1), plot_omission::none);
  EXPECT_EQ(reason(0, 0), plot_omission::not_positive);
  EXPECT_EQ(reason(0, -1), plot_omission::not_positive);
  drawn.x.categories = {"only"};
  EXPECT_EQ(reason(0, 1), plot_omission::none);
  EXPECT_EQ(reason(1, 1), plot_omission::no_category);
  EXPECT_EQ(reason(0.5, 1), plot_omission::no_category);
  EXPECT_EQ(reason(-1, 1), plot_omission::no_category);
}

TEST(plot_omission, is_said_in_a_note) {
  auto drawn = with_lines({{1, 1}, {2, 0}, {3, -1}});
  EXPECT_EQ(omission_note(drawn), "");
  drawn.y.is_logarithmic = true;
  EXPECT_EQ(omission_note(drawn),
            "2 values are left out: they are not above zero, which a "
            "logarithmic axis cannot show.");
  drawn.series[0].points.push_back({4, infinite});
  EXPECT_TRUE(omission_note(drawn).starts_with(
    "1 value is left out: it is not finite. 2 values"));
}

TEST(plot_scales, show_zero_unless_the_values_are_close_together) {
  EXPECT_EQ(y_scale_of(with_lines({{1, 10}, {2, 90}}))->low(), 0);
  EXPECT_EQ(y_scale_of(with_lines({{1, 40}}))->low(), 0);
  EXPECT_GT(y_scale_of(with_lines({{1, 99}, {2, 100}}))->low(), 90);
  EXPECT_EQ(y_scale_of(with_bars({{0, 99}, {1, 100}}))->low(), 0);
}

TEST(plot_scales, have_room_for_error_bars) {
  const auto scale = y_scale_of(with_lines({{1, 10, -20, 70}}));
  EXPECT_LE(scale->low(), -20);
  EXPECT_GE(scale->high(), 70);
  EXPECT_LE(y_scale_of(with_lines({{1, 10}}))->high(), 15);
}

TEST(plot_scales, need_a_point) {
  EXPECT_TRUE(x_scale_of(with_lines({{1, 1}})));
  EXPECT_FALSE(x_scale_of(with_lines({})));
  EXPECT_FALSE(y_scale_of(with_lines({{infinite, 1}})));
}

TEST(series_style, differs_between_series) {
  std::set<std::pair<std::string_view, std::string_view>> styles;
  for (size_t i = 0; i < 56; ++i) {
    const auto style = style_of_series(i, false);
    EXPECT_NE(style.dashes, style_of_series(i, true).dashes);
    EXPECT_FALSE(style.is_hollow);
    styles.emplace(style.colour, style.marker);
  }
  EXPECT_EQ(styles.size(), 56);
}
