#include "protocols/chord/defaults.hpp"
#include "protocols/chord/gap_estimate.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace carillon::chord;

namespace {

/// The density of eight successors that follow each other after 1/2^`bits` of
/// the circle.
density with_gap_of(size_t bits) {
  const ring_id self;
  peer_list successors;
  auto last = self;
  for (int i = 0; i < 8; ++i) {
    last = last.plus_power_of_two(ring_id::bits - bits);
    successors.push_back({last, 0, nullptr});
  }
  density result;
  result.add_successors(self, successors);
  return result;
}

} // namespace

TEST(gap_estimate, knows_nothing_without_tables) {
  gap_estimate gaps;
  EXPECT_EQ(gaps.usual({}, {}), 0);
  gaps.add({});
  EXPECT_EQ(gaps.samples(), 0u);
  EXPECT_FALSE(gaps.is_firm());
}

TEST(gap_estimate, takes_the_densest_of_a_few_for_denser_than_usual) {
  gap_estimate gaps;
  gaps.add(with_gap_of(8));
  gaps.add(with_gap_of(10));
  EXPECT_DOUBLE_EQ(gaps.usual(with_gap_of(9), {}),
                   defaults::densest_of_few / (1 << 10));
}

TEST(gap_estimate, is_not_moved_by_half_of_all_that_lie) {
  gap_estimate gaps;
  for (int i = 0; i < 12; ++i)
    gaps.add(with_gap_of(i % 2 == 0 ? 10 : 8));
  EXPECT_TRUE(gaps.is_firm());
  EXPECT_DOUBLE_EQ(gaps.usual(with_gap_of(10), {}), 1.0 / (1 << 10));
}

TEST(gap_estimate, forgets_the_oldest) {
  gap_estimate gaps;
  for (size_t i = 0; i < 2 * defaults::remembered_gaps; ++i)
    gaps.add(with_gap_of(i < defaults::remembered_gaps ? 12 : 10));
  EXPECT_EQ(gaps.samples(), defaults::remembered_gaps);
  EXPECT_DOUBLE_EQ(gaps.usual(with_gap_of(10), {}), 1.0 / (1 << 10));
}

TEST(gap_estimate, hears_strangers_as_long_as_it_knows_few_tables) {
  gap_estimate gaps;
  gaps.add(with_gap_of(10));
  const std::vector<density> honest(8, with_gap_of(10));
  EXPECT_DOUBLE_EQ(gaps.usual(with_gap_of(10), honest), 1.0 / (1 << 10));
  // Strangers may all be liars, who are not believed more than the few.
  const std::vector<density> liars(30, with_gap_of(8));
  EXPECT_DOUBLE_EQ(gaps.usual(with_gap_of(10), liars),
                   defaults::densest_of_many / (1 << 10));
  while (!gaps.is_firm())
    gaps.add(with_gap_of(10));
  EXPECT_DOUBLE_EQ(gaps.usual(with_gap_of(10), liars), 1.0 / (1 << 10));
}
