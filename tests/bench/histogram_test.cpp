#include "bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace carillon;

TEST(histogram, of_nothing_is_zero) {
  const histogram values;
  EXPECT_EQ(values.count(), 0u);
  EXPECT_EQ(values.percentile(0.5), 0u);
  EXPECT_EQ(values.max(), 0u);
  EXPECT_EQ(values.mean(), 0);
  EXPECT_EQ(values.deviation(), 0);
}

TEST(histogram, keeps_small_values_exactly) {
  histogram values;
  for (uint64_t i = 1; i <= 1000; ++i)
    values.add(i);
  EXPECT_EQ(values.percentile(0.001), 1u);
  EXPECT_EQ(values.percentile(0.5), 500u);
  EXPECT_EQ(values.percentile(0.999), 999u);
  EXPECT_EQ(values.percentile(1), 1000u);
}

TEST(histogram, gives_percentiles_within_the_stated_error) {
  histogram values;
  std::vector<uint64_t> all;
  std::mt19937_64 random{1};
  for (int i = 0; i < 20'000; ++i) {
    // As many of each magnitude.
    const auto value = random() >> (random() % 64);
    values.add(value);
    all.push_back(value);
  }
  std::ranges::sort(all);
  for (const auto share : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<size_t>(share * 20'000);
    const auto exact = static_cast<double>(all[std::max<size_t>(rank, 1) - 1]);
    const auto given = static_cast<double>(values.percentile(share));
    EXPECT_GE(given, exact) << share;
    EXPECT_LE(given, exact * 1.002) << share;
  }
}

TEST(histogram, keeps_the_largest_value_there_is) {
  histogram values;
  values.add(UINT64_MAX);
  EXPECT_EQ(values.max(), UINT64_MAX);
  EXPECT_EQ(values.percentile(1), UINT64_MAX);
}

TEST(histogram, gives_mean_and_deviation_exactly) {
  histogram values;
  for (const uint64_t value : {2u, 4u, 4u, 4u, 5u, 5u, 7u, 9u})
    values.add(value * 1'000'000);
  EXPECT_DOUBLE_EQ(values.mean(), 5'000'000);
  EXPECT_NEAR(values.deviation(), 2'138'089.935, 0.001);
}

TEST(histogram, adds_up_as_if_one_had_counted_all) {
  histogram first;
  histogram second;
  histogram both;
  for (uint64_t i = 0; i < 5000; ++i) {
    (i % 3 == 0 ? first : second).add(i * i);
    both.add(i * i);
  }
  first.add(second);
  first.add(histogram{});
  EXPECT_EQ(first.count(), both.count());
  EXPECT_EQ(first.max(), both.max());
  EXPECT_EQ(first.percentile(0.5), both.percentile(0.5));
  EXPECT_NEAR(first.mean(), both.mean(), 1e-6);
  EXPECT_NEAR(first.deviation(), both.deviation(), 1e-6);
}
