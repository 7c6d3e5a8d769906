#include "bench/html/axis_scale.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace carillon;

namespace {

constexpr auto infinity = std::numeric_limits<double>::infinity();
constexpr auto not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr auto largest = std::numeric_limits<double>::max();
constexpr auto smallest = std::numeric_limits<double>::denorm_min();

std::vector<std::string> labels_of(const axis_scale& scale) {
  std::vector<std::string> result;
  for (const auto& tick : scale.ticks())
    if (!tick.label.empty())
      result.push_back(tick.label);
  return result;
}

// What every scale keeps, whatever it was asked for.
void expect_usable(const axis_scale& scale) {
  EXPECT_TRUE(std::isfinite(scale.low()));
  EXPECT_TRUE(std::isfinite(scale.high()));
  EXPECT_LT(scale.low(), scale.high());
  EXPECT_EQ(scale.share_before(scale.low()), 0);
  EXPECT_EQ(scale.share_before(scale.high()), 1);
  ASSERT_GE(scale.ticks().size(), 2);
  EXPECT_LE(scale.ticks().size(), 16);
  EXPECT_GE(labels_of(scale).size(), 2);
  for (size_t i = 0; i < scale.ticks().size(); ++i) {
    EXPECT_GE(scale.ticks()[i].value, scale.low());
    EXPECT_LE(scale.ticks()[i].value, scale.high());
    if (i > 0) {
      EXPECT_GT(scale.ticks()[i].value, scale.ticks()[i - 1].value);
    }
  }
}

} // namespace

TEST(axis_scale, goes_from_a_round_number_to_another) {
  const auto scale = axis_scale::linear(3, 97, false);
  EXPECT_EQ(scale.low(), 0);
  EXPECT_EQ(scale.high(), 100);
  EXPECT_EQ(labels_of(scale),
            (std::vector<std::string>{"0", "20", "40", "60", "80", "100"}));
}

TEST(axis_scale, has_steps_of_one_two_and_five) {
  EXPECT_EQ(labels_of(axis_scale::linear(0, 5, false)),
            (std::vector<std::string>{"0", "1", "2", "3", "4", "5"}));
  EXPECT_EQ(
    labels_of(axis_scale::linear(0, 0.1, false)),
    (std::vector<std::string>{"0", "0.02", "0.04", "0.06", "0.08", "0.1"}));
  EXPECT_EQ(labels_of(axis_scale::linear(0, 2500, false)),
            (std::vector<std::string>{"0", "500", "1k", "1.5k", "2k", "2.5k"}));
}

TEST(axis_scale, tells_ticks_apart_that_differ_in_late_digits) {
  EXPECT_EQ(labels_of(axis_scale::linear(2005, 2020, false)),
            (std::vector<std::string>{"2005", "2010", "2015", "2020"}));
}

TEST(axis_scale, shows_zero_only_when_asked) {
  EXPECT_EQ(axis_scale::linear(90, 100, false).low(), 90);
  EXPECT_EQ(axis_scale::linear(90, 100, true).low(), 0);
  EXPECT_EQ(axis_scale::linear(-100, -90, true).high(), 0);
}

TEST(axis_scale, places_values_in_proportion) {
  const auto scale = axis_scale::linear(-40, 40, false);
  EXPECT_DOUBLE_EQ(scale.share_before(-60), 0);
  EXPECT_DOUBLE_EQ(scale.share_before(scale.low()), 0);
  EXPECT_DOUBLE_EQ(scale.share_before(0), 0.5);
  EXPECT_DOUBLE_EQ(scale.share_before(20), 0.75);
  EXPECT_DOUBLE_EQ(scale.share_before(1000), 1);
}

TEST(axis_scale, places_logarithms_in_proportion) {
  const auto scale = axis_scale::logarithmic(1, 10000);
  EXPECT_DOUBLE_EQ(scale.share_before(1), 0);
  EXPECT_DOUBLE_EQ(scale.share_before(10), 0.25);
  EXPECT_DOUBLE_EQ(scale.share_before(100), 0.5);
  EXPECT_DOUBLE_EQ(scale.share_before(100000), 1);
  EXPECT_DOUBLE_EQ(scale.share_before(0), 0);
  EXPECT_DOUBLE_EQ(scale.share_before(-1), 0);
}

TEST(axis_scale, has_ticks_at_powers_of_ten) {
  const auto scale = axis_scale::logarithmic(1, 1e6);
  EXPECT_EQ(
    labels_of(scale),
    (std::vector<std::string>{"1", "10", "100", "1k", "10k", "100k", "1M"}));
  EXPECT_EQ(scale.ticks().size(), 7);
}

TEST(axis_scale, has_labels_between_few_powers_of_ten) {
  EXPECT_EQ(
    labels_of(axis_scale::logarithmic(3, 130)),
    (std::vector<std::string>{"2", "5", "10", "20", "50", "100", "200"}));
}

TEST(axis_scale, has_only_lines_between_some_powers_of_ten) {
  const auto scale = axis_scale::logarithmic(1, 1000);
  EXPECT_EQ(labels_of(scale),
            (std::vector<std::string>{"1", "10", "100", "1k"}));
  EXPECT_EQ(scale.ticks().size(), 10);
}

TEST(axis_scale, leaves_out_labels_of_many_powers_of_ten) {
  EXPECT_EQ(labels_of(axis_scale::logarithmic(1e-6, 1e8)),
            (std::vector<std::string>{"10⁻⁶", "0.0001", "0.01", "1", "100",
                                      "10k", "1M", "100M"}));
}

TEST(axis_scale, gives_room_to_a_single_value) {
  const auto around = axis_scale::linear(4, 4, false);
  EXPECT_LT(around.low(), 4);
  EXPECT_GT(around.high(), 4);
  EXPECT_GT(around.low(), 0);
  const auto logarithmic = axis_scale::logarithmic(100, 100);
  EXPECT_DOUBLE_EQ(logarithmic.low(), 50);
  EXPECT_DOUBLE_EQ(logarithmic.high(), 200);
  EXPECT_EQ(axis_scale::linear(0, 0, true).low(), 0);
  EXPECT_EQ(axis_scale::linear(0, 0, true).high(), 1);
}

TEST(axis_scale, is_usable_for_any_range) {
  const std::vector<double> values{0,        1,         -1,          1e-5,
                                   1e15,     1e15 + 1,  0.3,         1 + 1e-12,
                                   largest,  -largest,  smallest,    -smallest,
                                   infinity, -infinity, not_a_number};
  for (const auto low : values)
    for (const auto high : values) {
      SCOPED_TRACE(testing::Message() << low << " to " << high);
      expect_usable(axis_scale::linear(low, high, false));
      expect_usable(axis_scale::linear(low, high, true));
      expect_usable(axis_scale::logarithmic(low, high));
    }
}
