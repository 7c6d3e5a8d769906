#include "bench/load/open_loop_schedule.hpp"
#include "bench/load/rate_ramp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace carillon;
using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(open_loop_schedule, spaces_operations_evenly) {
  const open_loop_schedule load{4, 3};
  EXPECT_EQ(load.operations(), 3u);
  EXPECT_EQ(load.start(0), 0s);
  EXPECT_EQ(load.start(1), 250ms);
  EXPECT_EQ(load.start(2), 500ms);
  EXPECT_EQ(load.length(), 750ms);
}

TEST(open_loop_schedule, does_not_drift) {
  // A third of a second is no whole number of nanoseconds.
  const open_loop_schedule load{3, 3'000'001};
  EXPECT_EQ(load.start(3'000'000), 1'000'000s);
  EXPECT_EQ(load.start(1), 333'333'333ns);
  EXPECT_EQ(load.start(2), 666'666'666ns);
}

TEST(open_loop_schedule, fills_a_time) {
  EXPECT_EQ(open_loop_schedule::lasting(100, 10s).operations(), 1000u);
  EXPECT_EQ(open_loop_schedule::lasting(0.5, 10s).operations(), 5u);
  EXPECT_EQ(open_loop_schedule::lasting(0.7, 10s).operations(), 7u);
  // Something has to be measured.
  EXPECT_EQ(open_loop_schedule::lasting(0.01, 1s).operations(), 1u);
}

TEST(rate_ramp, is_one_rate_or_several) {
  EXPECT_EQ(rate_ramp::parse("250"), (rate_ramp{250, 250, 1}));
  EXPECT_TRUE(rate_ramp::parse("250")->is_single());
  EXPECT_THAT(rate_ramp::parse("250")->rates(), ElementsAre(250));
  EXPECT_EQ(rate_ramp::parse("100:300:50"), (rate_ramp{100, 300, 50}));
  EXPECT_FALSE(rate_ramp::parse("100:300:50")->is_single());
  EXPECT_THAT(rate_ramp::parse("100:300:100")->rates(),
              ElementsAre(100, 200, 300));
  EXPECT_THAT(rate_ramp::parse("1:2:0.4")->rates(), ElementsAre(1, 1.4, 1.8));
}

TEST(rate_ramp, reaches_its_end_in_spite_of_rounding) {
  EXPECT_THAT(rate_ramp::parse("0.1:0.3:0.1")->rates(), testing::SizeIs(3));
}

TEST(rate_ramp, refuses_what_is_none) {
  for (const auto* text :
       {"",        "fast",      "10x",      " 10",         "0",
        "-1",      "nan",       "inf",      "1e7",         "0.001",
        "10:",     ":10",       "10:20",    "10:20:0",     "10:20:-5",
        "20:10:5", "10:20:5:1", "10:20:5:", "1:1000000:1", "10,20,5"})
    EXPECT_FALSE(rate_ramp::parse(text)) << text;
}
