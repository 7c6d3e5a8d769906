#include "bench/durations.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace carillon;
using namespace std::chrono_literals;

TEST(durations, give_percentiles_by_the_nearest_rank) {
  durations values;
  for (int i = 100; i >= 1; --i)
    values.add(i * 1ms);
  EXPECT_NEAR(milliseconds(values.percentile(0.5)), 50, 0.1);
  EXPECT_NEAR(milliseconds(values.percentile(0.9)), 90, 0.2);
  EXPECT_NEAR(milliseconds(values.percentile(0.99)), 99, 0.2);
  EXPECT_EQ(values.percentile(1), 100ms);
}

TEST(durations, of_nothing_are_zero) {
  EXPECT_EQ(durations{}.percentile(0.5), 0ms);
  EXPECT_EQ(durations{}.to_json().at("count"), 0);
}

TEST(durations, that_are_negative_count_as_zero) {
  durations values;
  values.add(-1ms);
  EXPECT_EQ(values.count(), 1u);
  EXPECT_EQ(values.percentile(1), 0ms);
}

TEST(durations, are_reported_in_milliseconds) {
  durations values;
  for (const auto value : {1500us, 2500us, 3500us})
    values.add(value);
  const auto json = values.to_json();
  EXPECT_EQ(json.at("unit"), "ms");
  EXPECT_EQ(json.at("count"), 3);
  EXPECT_DOUBLE_EQ(json.at("mean").get<double>(), 2.5);
  EXPECT_DOUBLE_EQ(json.at("stddev").get<double>(), 1);
  EXPECT_NEAR(json.at("p50").get<double>(), 2.5, 0.005);
  EXPECT_DOUBLE_EQ(json.at("max").get<double>(), 3.5);
}
