#include "runtime/termination.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <iostream>

using namespace carillon;
using namespace std::chrono_literals;

namespace {

/// Ends in order after the first signal, and never comes to an end.
[[noreturn]] void hang(duration longest, duration grace) {
  const termination signals;
  std::raise(SIGTERM);
  signals.wait();
  signals.hurry(longest, grace,
                [](std::string_view why) { std::cerr << why << std::endl; });
  ::kill(::getpid(), SIGTERM);
  for (;;)
    ::pause();
}

class termination_death : public testing::Test {
protected:
  termination_death() {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
  }
};

} // namespace

TEST_F(termination_death, a_second_signal_ends_the_process_at_once) {
  EXPECT_EXIT(hang(1h, 0ms), testing::ExitedWithCode(1),
              "a second signal: ending at once");
}

TEST_F(termination_death, a_signal_right_after_the_first_one_belongs_to_it) {
  EXPECT_EXIT(hang(50ms, 1h), testing::ExitedWithCode(1),
              "^ending in order takes too long: ending at once");
}
