#include "runtime/defaults.hpp"
#include "runtime/link/ring_seeker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace carillon {

namespace {

constexpr timestamp start{std::chrono::days{20'000}};

bootstrap_endpoint server(const std::string& host) {
  return {{host, 7480}, std::nullopt};
}

/// Gives the hosts that come next at a time.
std::vector<std::string> all_at(ring_seeker& seeker, timestamp now) {
  std::vector<std::string> result;
  while (const auto next = seeker.next(now))
    result.push_back(next->address.host);
  return result;
}

} // namespace

TEST(ring_seeker, begins_with_the_first_server_and_ends_with_earlier_nodes) {
  std::set<std::string> seconds;
  for (uint32_t seed = 1; seed < 50; ++seed) {
    ring_seeker seeker{
      {server("a"), server("b"), server("c")}, {{"x", 1}, {"y", 1}}, seed};
    const auto order = all_at(seeker, start);
    ASSERT_EQ(order.size(), 5u);
    EXPECT_EQ(order[0], "a");
    EXPECT_THAT((std::vector{order[3], order[4]}),
                testing::UnorderedElementsAre("x", "y"));
    seconds.insert(order[1]);
  }
  // The others are tried at random.
  EXPECT_THAT(seconds, testing::UnorderedElementsAre("b", "c"));
}

TEST(ring_seeker, waits_longer_each_time_up_to_a_limit) {
  ring_seeker seeker{{server("a")}, {}, 1};
  auto now = start;
  auto longest = duration{0};
  ASSERT_TRUE(seeker.next(now));
  for (int round = 0; round < 20; ++round) {
    auto waited = duration{0};
    while (!seeker.next(now + waited))
      waited += std::chrono::milliseconds{100};
    EXPECT_GE(waited, defaults::link_retry / 2);
    longest = std::max(longest, waited);
    now += waited;
  }
  EXPECT_GT(longest, defaults::max_link_retry / 2);
  EXPECT_LE(longest, defaults::max_link_retry + std::chrono::milliseconds{100});
}

TEST(ring_seeker, begins_at_once_when_the_ring_was_found_and_is_lost) {
  ring_seeker seeker{{server("a")}, {}, 1};
  ASSERT_TRUE(seeker.next(start));
  ASSERT_FALSE(seeker.next(start));
  seeker.found();
  EXPECT_TRUE(seeker.next(start));
}

TEST(ring_seeker, tries_nodes_that_were_heard_of_one_a_second) {
  ring_seeker seeker{{server("a"), server("b")}, {}, 1};
  for (const auto* host : {"x", "y", "x"})
    seeker.offer({host, 1});
  EXPECT_THAT(all_at(seeker, start), testing::ElementsAre("x", "a", "b"));
  EXPECT_EQ(seeker.next(start + defaults::discovered_interval)->address.host,
            "y");
  // Each is tried once, and again when it is heard of again.
  const auto later = start + 2 * defaults::discovered_interval;
  EXPECT_THAT(all_at(seeker, later), testing::Not(testing::Contains("x")));
  seeker.offer({"x", 1});
  EXPECT_THAT(all_at(seeker, later), testing::Contains("x"));
}

TEST(ring_seeker, keeps_a_bounded_number_of_nodes_that_were_heard_of) {
  ring_seeker seeker{{}, {}, 1};
  for (int i = 0; i < 1000; ++i)
    seeker.offer({"n" + std::to_string(i), 1});
  size_t tried = 0;
  for (auto now = start; seeker.next(now); now += defaults::discovered_interval)
    ++tried;
  EXPECT_EQ(tried, defaults::max_discovered_nodes);
}

TEST(ring_seeker, knows_nobody_without_entries) {
  ring_seeker seeker{{}, {}, 1};
  EXPECT_FALSE(seeker.next(start));
}

} // namespace carillon
