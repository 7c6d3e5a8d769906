#include "bench/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace carillon;
using namespace std::chrono_literals;

TEST(progress, tells_what_how_far_and_how_long_still) {
  EXPECT_EQ(progress_line("starting peers", 250'000, 1'000'000, 10s),
            "starting peers: 250,000 of 1,000,000, 25 %, 30 s left");
  EXPECT_EQ(progress_line("looking up keys", 1, 601, 1s),
            "looking up keys: 1 of 601, 0 %, 10 min left");
}

TEST(progress, does_not_guess_before_there_is_something_to_go_by) {
  EXPECT_EQ(progress_line("starting", 0, 10, 5s), "starting: 0 of 10, 0 %");
  EXPECT_EQ(progress_line("starting", 5, 10, 100ms), "starting: 5 of 10, 50 %");
  EXPECT_EQ(progress_line("waiting", 5, 0, 10s), "waiting");
}

TEST(progress, is_silent_when_nobody_looks) {
  std::ostringstream out;
  {
    progress steps{out, false};
    steps.begin("starting", 10);
    steps.set(5);
  }
  EXPECT_EQ(out.str(), "");
}

TEST(progress, leaves_no_line_behind) {
  std::ostringstream out;
  {
    progress steps{out, true};
    steps.begin("starting", 10);
  }
  EXPECT_EQ(out.str(), "\r\033[Kstarting: 0 of 10, 0 %\r\033[K");
}
