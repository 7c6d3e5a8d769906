#include "tests/support/ring_simulation.hpp"
#include "tests/support/seeds.hpp"

#include <algorithm>

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// Members on one node, or each on a node of its own.
class ring_invariant : public testing::TestWithParam<bool> {
public:
  static ring_simulation::config plain() {
    ring_simulation::config result;
    result.foreign = GetParam();
    return result;
  }

  static ring_simulation::config short_lists() {
    auto result = plain();
    // Short lists come under stress with few peers.
    result.ring.successors = 4;
    return result;
  }
};

bool is_base(const std::vector<ring_id>& base, const ring_id& id) {
  return std::ranges::find(base, id) != base.end();
}

/// Does one random step: a join, a leave, a crash or a round of stabilize.
void random_step(ring_simulation& sim, const std::vector<ring_id>& base,
                 size_t max_size) {
  const auto dice = sim.rng()() % 10;
  const auto id = sim.random_id();
  if (dice < 2 && sim.size() < max_size)
    sim.join();
  else if (dice == 2 && !is_base(base, id) && sim.can_lose(id))
    sim.leave(id);
  else if (dice == 3 && !is_base(base, id) && sim.can_lose(id))
    sim.crash(id);
  else
    sim.stabilize(id);
}

} // namespace

TEST_P(ring_invariant, holds_after_every_step_of_random_schedules) {
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(300); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    ring_simulation sim{short_lists(), seed};
    sim.settle(5);
    const auto base = sim.ids();
    for (int step = 0; step < 200; ++step) {
      random_step(sim, base, 40);
      sim.drain();
      const auto broken = violated_invariant(sim.views(), base);
      ASSERT_FALSE(broken) << "after step " << step << ": " << *broken;
    }
  }
}

TEST_P(ring_invariant, a_disturbed_ring_settles_completely) {
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(100); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    ring_simulation sim{short_lists(), seed};
    sim.settle(5);
    const auto base = sim.ids();
    for (int step = 0; step < 100; ++step) {
      random_step(sim, base, 30);
      sim.drain();
    }
    sim.advance(30s);
    EXPECT_EQ(settled_share(sim.views(), 4), 1.0);
  }
}

TEST_P(ring_invariant, holds_again_soon_with_loss_delay_and_late_detection) {
  // Rounds of stabilize after the last disturbance within which the invariant
  // holds again while messages go on being lost.
  constexpr auto stated_rounds = 20;
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(100); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    auto config = short_lists();
    config.delay = 100ms;
    config.loss = 0.05;
    config.perfect_detection = false;
    ring_simulation sim{config, seed};
    sim.settle(5);
    const auto base = sim.ids();
    for (int step = 0; step < 60; ++step) {
      random_step(sim, base, 30);
      sim.advance(duration{static_cast<int64_t>(sim.rng()() % 1'000'000)});
    }
    std::optional<std::string> broken = "not looked at";
    for (int round = 0; round < stated_rounds && broken; ++round) {
      sim.advance(config.ring.stabilize_interval);
      broken = violated_invariant(sim.views(), base);
    }
    ASSERT_FALSE(broken) << *broken;
    sim.set_loss(0);
    sim.advance(30s);
    EXPECT_EQ(settled_share(sim.views(), 4), 1.0);
  }
}

TEST_P(ring_invariant, rings_grow_from_one_peer) {
  for (size_t count = 1; count <= 12; ++count) {
    SCOPED_TRACE(count);
    ring_simulation sim{plain(), count};
    for (size_t i = 0; i < count; ++i) {
      sim.join();
      sim.advance(2s);
    }
    sim.advance(20s);
    EXPECT_EQ(violated_invariant(sim.views(), {}), std::nullopt);
    EXPECT_EQ(sim.views().size(), count);
    EXPECT_EQ(settled_share(sim.views(), defaults::successors), 1.0);
  }
}

TEST_P(ring_invariant, rings_shrink_to_one_peer_by_leaves) {
  ring_simulation sim{plain(), 7};
  sim.settle(6);
  while (sim.size() > 1) {
    sim.leave(sim.random_id());
    sim.advance(5s);
    EXPECT_EQ(violated_invariant(sim.views(), {}), std::nullopt);
    EXPECT_EQ(settled_share(sim.views(), defaults::successors), 1.0);
  }
}

TEST_P(ring_invariant, rings_shrink_to_one_peer_by_crashes) {
  auto config = plain();
  config.perfect_detection = false;
  ring_simulation sim{config, 11};
  sim.settle(6);
  while (sim.size() > 1) {
    sim.crash(sim.random_id());
    sim.advance(30s);
    EXPECT_EQ(violated_invariant(sim.views(), {}), std::nullopt);
    EXPECT_EQ(settled_share(sim.views(), defaults::successors), 1.0);
  }
}

INSTANTIATE_TEST_SUITE_P(handles, ring_invariant, testing::Bool(),
                         [](const auto& which) {
                           return which.param ? "foreign" : "local";
                         });
