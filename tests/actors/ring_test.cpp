#include "protocols/chord/invariant.hpp"
#include "tests/support/seeds.hpp"
#include "tests/support/watched_ring.hpp"

#include <cmath>

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

ring_id random_key(watched_ring& ring) {
  std::array<uint8_t, ring_id::size> data;
  std::ranges::generate(data,
                        [&] { return static_cast<uint8_t>(ring.random()); });
  return ring_id{data};
}

} // namespace

TEST(ring, joins_make_a_settled_ring) {
  for (const size_t count : {1u, 2u, 3u, 12u}) {
    SCOPED_TRACE(count);
    watched_ring ring{count};
    for (size_t i = 0; i < count; ++i) {
      ring.join();
      ring.advance(2s);
    }
    ring.advance(20s);
    const auto views = ring.views();
    EXPECT_EQ(views.size(), count);
    EXPECT_EQ(violated_invariant(views, {}), std::nullopt);
    EXPECT_EQ(settled_share(views, chord::defaults::successors), 1.0);
  }
}

TEST(ring, many_peers_may_join_at_once) {
  watched_ring ring{5};
  ring.join();
  for (int i = 0; i < 20; ++i)
    ring.join();
  ring.advance(60s);
  const auto views = ring.views();
  EXPECT_EQ(views.size(), 21u);
  EXPECT_EQ(settled_share(views, chord::defaults::successors), 1.0);
}

TEST(ring, lookups_find_the_owner_by_every_strategy) {
  watched_ring ring{1};
  ring.settle(48);
  ring.advance(5s);
  for (const auto how :
       {routing_strategy::semi_recursive, routing_strategy::recursive,
        routing_strategy::iterative}) {
    SCOPED_TRACE(to_string(how));
    for (int i = 0; i < 50; ++i) {
      const auto key = random_key(ring);
      const auto found = ring.lookup(ring.random_peer(), key, how);
      ASSERT_TRUE(found) << to_string(found.error());
      EXPECT_EQ(found->owner, ring.owner_of(key));
      EXPECT_EQ(found->attempts, 1u);
      EXPECT_FALSE(found->successors.empty());
    }
  }
}

TEST(ring, mean_hops_stay_below_half_of_log2_plus_one) {
  watched_ring ring{2};
  constexpr size_t count = 256;
  ring.settle(count);
  ring.advance(5s);
  double hops = 0;
  constexpr int lookups = 2'000;
  for (int i = 0; i < lookups; ++i) {
    const auto found = ring.lookup(ring.random_peer(), random_key(ring));
    ASSERT_TRUE(found);
    hops += found->hops;
  }
  EXPECT_LE(hops / lookups, 0.5 * std::log2(count) + 1);
}

TEST(ring, lookups_in_small_rings) {
  for (const size_t count : {1u, 2u, 3u}) {
    SCOPED_TRACE(count);
    watched_ring ring{count};
    ring.settle(count);
    ring.advance(3s);
    for (const auto how :
         {routing_strategy::semi_recursive, routing_strategy::recursive,
          routing_strategy::iterative}) {
      const auto key = random_key(ring);
      const auto found = ring.lookup(ring.random_peer(), key, how);
      ASSERT_TRUE(found) << to_string(found.error());
      EXPECT_EQ(found->owner, ring.owner_of(key));
    }
  }
}

TEST(ring, a_lookup_outside_any_ring_fails_at_once) {
  watched_ring ring{3};
  ring.settle(1);
  const auto lonely = ring.peers().front();
  ring.join();
  ring.crash(lonely);
  // The second peer is alone now and becomes a ring of one.
  ring.advance(30s);
  const auto found = ring.lookup(ring.random_peer(), random_key(ring));
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->hops, 0);
}

TEST(ring, comes_back_when_all_peers_wait_for_each_other) {
  for (const auto patience : {1u, 5u}) {
    watched_ring ring{4};
    ring.settle(8);
    ring.advance(5s);
    ring.restart_all(join_ring{patience});
    ring.advance(60s);
    EXPECT_EQ(settled_share(ring.views(), chord::defaults::successors), 1.0);
  }
}

TEST(ring, is_founded_by_nobody_who_was_not_told_to) {
  watched_ring ring{4};
  ring.settle(8);
  ring.advance(5s);
  ring.restart_all(join_ring{});
  ring.advance(60s);
  for (const auto& view : ring.views())
    EXPECT_TRUE(view.successors.empty());
}

TEST(ring, lookups_go_on_while_peers_crash) {
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(5); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    watched_ring ring{seed};
    ring.settle(40);
    ring.advance(5s);
    for (int round = 0; round < 15; ++round) {
      ring.crash(ring.random_peer());
      const auto key = random_key(ring);
      const auto found = ring.lookup(ring.random_peer(), key);
      ASSERT_TRUE(found) << to_string(found.error());
      ring.advance(200ms);
    }
    ring.advance(30s);
    EXPECT_EQ(settled_share(ring.views(), chord::defaults::successors), 1.0);
    for (int i = 0; i < 20; ++i) {
      const auto key = random_key(ring);
      const auto found = ring.lookup(ring.random_peer(), key);
      ASSERT_TRUE(found) << to_string(found.error());
      EXPECT_EQ(found->owner, ring.owner_of(key));
    }
  }
}
