#include "bench/simulation/lifetimes.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace std::chrono_literals;

namespace {

constexpr int draws = 200'000;

template <class Draw>
double mean_minutes(const Draw& draw) {
  std::mt19937_64 random{1};
  double sum = 0;
  for (int i = 0; i < draws; ++i)
    sum += std::chrono::duration<double, std::ratio<60>>{draw(random)}.count();
  return sum / draws;
}

} // namespace

TEST(lifetimes, have_the_mean_they_were_made_with) {
  for (const auto law : {lifetime_law::exponential, lifetime_law::weibull}) {
    const lifetimes drawn{law, 60min};
    EXPECT_NEAR(mean_minutes([&](auto& random) { return drawn.draw(random); }),
                60, 1.5)
      << to_string(law);
  }
}

/// What is left of the lifetime that is met at a random moment is E[X^2]/2E[X]
/// on average: the mean itself without memory, and three times as much for the
/// Weibull law of shape 0.5, whose second moment is 24 scale^2.
TEST(lifetimes, that_are_met_last_longer) {
  const lifetimes forgetful{lifetime_law::exponential, 60min};
  const lifetimes old{lifetime_law::weibull, 60min};
  EXPECT_NEAR(
    mean_minutes([&](auto& random) { return forgetful.draw_rest(random); }), 60,
    1.5);
  EXPECT_NEAR(mean_minutes([&](auto& random) { return old.draw_rest(random); }),
              180, 6);
}

TEST(lifetimes, are_short_for_many_newcomers) {
  const lifetimes drawn{lifetime_law::weibull, 60min};
  std::mt19937_64 random{1};
  int moments = 0;
  for (int i = 0; i < draws; ++i)
    moments += drawn.draw(random) < 5min ? 1 : 0;
  // 1 - exp(-sqrt(5 / 30)).
  EXPECT_NEAR(static_cast<double>(moments) / draws, 0.335, 0.005);
}
