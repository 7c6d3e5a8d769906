#include "protocols/cluster/council.hpp"
#include "protocols/cluster/defaults.hpp"
#include "tests/protocols/cluster/simulated_cluster.hpp"
#include "tests/support/seeds.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace carillon::cluster {

namespace {

using namespace std::chrono_literals;

/// How long a change of one member may take without losses.
constexpr auto settling_time = 10s;

/// Runs a test for some seeds.
class cluster_council : public testing::Test {
public:
  static void for_each_seed(unsigned count,
                            const std::function<void(unsigned)>& body) {
    const auto first = test::first_seed();
    for (auto seed = first; seed < first + test::seed_count(count); ++seed) {
      body(seed);
      if (HasFailure()) {
        ADD_FAILURE() << "with seed " << seed;
        return;
      }
    }
  }

  /// Starts this many members, one after the other.
  static std::set<size_t> grow(simulated_cluster& sim, size_t count) {
    std::set<size_t> members;
    for (size_t i = 0; i < count; ++i) {
      members.insert(sim.add());
      sim.start(i);
      EXPECT_TRUE(
        sim.run_until([&] { return sim.is_settled(members); }, settling_time))
        << "with " << members.size() << " members";
    }
    return members;
  }
};

} // namespace

TEST_F(cluster_council, lets_the_founder_run_all_peers_at_once) {
  simulated_cluster sim{1, 6};
  sim.add();
  sim.start(0);
  EXPECT_TRUE(sim.run_until([&] { return sim.is_settled({0}); }, 1s));
  EXPECT_EQ(sim.running(0).size(), 6U);
}

TEST_F(cluster_council, gives_members_that_join_about_as_many_peers) {
  for_each_seed(10, [](unsigned seed) {
    simulated_cluster sim{seed, 7};
    grow(sim, 4);
    // Each newcomer took over its part and nothing else moved.
    EXPECT_EQ(sim.moves, 3U + 2U + 1U);
    EXPECT_EQ(sim.violation, "");
  });
}

TEST_F(cluster_council, founds_nothing_without_being_told_so) {
  simulated_cluster sim{1, 6};
  sim.add();
  sim.add();
  sim.start(1);
  sim.run(60s);
  EXPECT_EQ(sim.committed(1), nullptr);
  EXPECT_TRUE(sim.running(1).empty());
}

TEST_F(cluster_council, gives_the_peers_of_a_dead_member_to_the_others) {
  for_each_seed(20, [](unsigned seed) {
    simulated_cluster sim{seed, 6};
    auto members = grow(sim, 3);
    const auto victim = seed % 3;
    const auto moves = sim.moves;
    sim.crash(victim);
    members.erase(victim);
    // Longest when the leader dies: it has to be replaced first.
    EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(members); },
                              defaults::failover
                                + 2 * defaults::max_election_timeout + 1s));
    EXPECT_EQ(sim.moves - moves, 2U);
    EXPECT_EQ(sim.violation, "");
  });
}

// A divided vote takes another round, which may be too long.
TEST_F(cluster_council,
       mostly_keeps_all_peers_running_while_the_leader_changes) {
  unsigned runs = 0;
  unsigned interrupted = 0;
  for_each_seed(40, [&](unsigned seed) {
    simulated_cluster sim{seed, 6};
    grow(sim, 3);
    const auto leader = *sim.leader();
    sim.crash(leader);
    const auto has_stopped = [&] {
      for (size_t i = 0; i < 3; ++i) {
        if (i != leader && sim.running(i).size() < 2)
          return true;
      }
      return false;
    };
    ++runs;
    interrupted +=
      sim.run_until(has_stopped, defaults::failover - 100ms) ? 1 : 0;
    EXPECT_EQ(sim.violation, "");
  });
  EXPECT_LE(20 * interrupted, runs);
}

TEST_F(cluster_council, takes_a_member_back_that_was_away_for_a_moment) {
  simulated_cluster sim{3, 6};
  const auto members = grow(sim, 3);
  const auto moves = sim.moves;
  sim.crash(1);
  sim.run(1s);
  sim.start(1);
  EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(members); }, 5s));
  EXPECT_EQ(sim.moves, moves);
  EXPECT_EQ(sim.violation, "");
}

TEST_F(cluster_council, takes_a_member_back_that_was_given_up) {
  for_each_seed(10, [](unsigned seed) {
    simulated_cluster sim{seed, 6};
    const auto members = grow(sim, 3);
    sim.crash(seed % 3);
    sim.run(20s);
    sim.start(seed % 3);
    EXPECT_TRUE(
      sim.run_until([&] { return sim.is_settled(members); }, settling_time));
    EXPECT_EQ(sim.violation, "");
  });
}

TEST_F(cluster_council, hands_over_the_peers_of_a_member_that_leaves) {
  for_each_seed(20, [](unsigned seed) {
    simulated_cluster sim{seed, 6};
    auto members = grow(sim, 3);
    const auto leaver = seed % 3;
    sim.leave(leaver);
    EXPECT_TRUE(sim.run_until([&] { return sim.has_left(leaver); }, 5s));
    EXPECT_TRUE(sim.running(leaver).empty());
    members.erase(leaver);
    EXPECT_TRUE(
      sim.run_until([&] { return sim.is_settled(members); }, settling_time));
    EXPECT_EQ(sim.violation, "");
  });
}

TEST_F(cluster_council, takes_a_member_back_that_has_left) {
  for_each_seed(20, [](unsigned seed) {
    simulated_cluster sim{seed, 6};
    const auto members = grow(sim, 3);
    const auto leaver = seed % 3;
    sim.leave(leaver);
    EXPECT_TRUE(sim.run_until([&] { return sim.has_left(leaver); }, 5s));
    sim.crash(leaver);
    sim.run(1s);
    sim.start(leaver);
    EXPECT_TRUE(
      sim.run_until([&] { return sim.is_settled(members); }, settling_time));
    EXPECT_EQ(sim.violation, "");
  });
}

TEST_F(cluster_council, lets_one_of_two_members_leave) {
  for (const size_t leaver : {0U, 1U}) {
    simulated_cluster sim{7, 6};
    grow(sim, 2);
    sim.leave(leaver);
    EXPECT_TRUE(sim.run_until([&] { return sim.has_left(leaver); }, 5s));
    EXPECT_TRUE(sim.run_until([&] { return sim.is_settled({1 - leaver}); },
                              settling_time));
    EXPECT_EQ(sim.violation, "");
  }
}

TEST_F(cluster_council, lets_the_last_member_leave) {
  simulated_cluster sim{7, 6};
  grow(sim, 1);
  sim.leave(0);
  EXPECT_TRUE(sim.has_left(0));
}

TEST_F(cluster_council, stops_the_peers_of_a_minority) {
  for_each_seed(20, [](unsigned seed) {
    simulated_cluster sim{seed, 10};
    const auto members = grow(sim, 5);
    const std::set<size_t> minority{seed % 5, (seed + 1) % 5};
    std::set<size_t> majority;
    std::ranges::set_difference(members, minority,
                                std::inserter(majority, majority.end()));
    sim.cut({minority, majority});
    sim.run(defaults::lease + defaults::stop_allowance);
    for (const auto which : minority)
      EXPECT_TRUE(sim.running(which).empty());
    // Both that are cut off are given up one after the other.
    EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(majority); }, 15s));
    sim.heal();
    EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(members); }, 20s));
    EXPECT_EQ(sim.violation, "");
  });
}

TEST_F(cluster_council, stops_all_peers_without_a_majority) {
  simulated_cluster sim{4, 8};
  const auto members = grow(sim, 4);
  sim.cut({{0, 1}, {2, 3}});
  sim.run(defaults::lease + defaults::stop_allowance);
  for (const auto which : members)
    EXPECT_TRUE(sim.running(which).empty());
  sim.heal();
  EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(members); }, 10s));
  EXPECT_EQ(sim.violation, "");
}

TEST_F(cluster_council, comes_back_after_all_members_were_stopped) {
  for_each_seed(10, [](unsigned seed) {
    simulated_cluster sim{seed, 6};
    const auto members = grow(sim, 3);
    const auto moves = sim.moves;
    for (const auto which : members)
      sim.crash(which);
    sim.run(60s);
    for (const auto which : members)
      sim.start(which);
    EXPECT_TRUE(
      sim.run_until([&] { return sim.is_settled(members); }, settling_time));
    EXPECT_EQ(sim.moves, moves);
    EXPECT_EQ(sim.violation, "");
  });
}

TEST_F(cluster_council, does_not_mind_a_member_that_comes_back_from_afar) {
  simulated_cluster sim{5, 6};
  const auto members = grow(sim, 3);
  const auto leader = *sim.leader();
  const auto away = (leader + 1) % 3;
  sim.cut({{away}, {leader, (leader + 2) % 3}});
  sim.run(60s);
  sim.heal();
  EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(members); }, 10s));
  EXPECT_EQ(sim.leader(), leader);
  EXPECT_EQ(sim.violation, "");
}

TEST_F(cluster_council, ignores_another_cluster) {
  const member self{1, "one", "host:1"};
  const timestamp now{1h};
  council one{
    {self, {{0}, 2}}, found_cluster(self, 42, 1), std::minstd_rand{1}, now};
  one.tick(now);
  ASSERT_NE(one.committed(), nullptr);
  const auto before = *one.committed();
  (void)one.take_effects();
  one.handle({43, 2, 99, vote_request{{99, 99}, false}}, now + 5s);
  one.handle({43, 2, 99, beat{1, 99, {}, view{{99, 99}, {self}, {{2, 0, 1}}}}},
             now + 5s);
  one.handle({43, 2, 0, join_request{{2, "two", "host:2"}}}, now + 5s);
  EXPECT_EQ(*one.committed(), before);
  EXPECT_TRUE(one.take_effects().messages.empty());
}

TEST_F(cluster_council, refuses_a_second_member_at_the_same_endpoint) {
  const member self{1, "one", "host:1"};
  const timestamp now{1h};
  council one{
    {self, {{0}, 2}}, found_cluster(self, 42, 1), std::minstd_rand{1}, now};
  one.tick(now);
  one.handle({0, 3, 0, join_request{{3, "three", "host:1"}}}, now);
  one.tick(now + 250ms);
  EXPECT_EQ(one.accepted().members.size(), 1U);
  // Members of the same name are nothing unusual.
  one.handle({0, 2, 0, join_request{{2, "one", "host:2"}}}, now);
  one.tick(now + 500ms);
  EXPECT_EQ(one.accepted().members.size(), 2U);
}

// Everything at once: losses, delays beyond all timeouts, crashes, cuts, joins
// and leaves, in an order that the seed decides.
TEST_F(cluster_council, never_runs_a_peer_twice_whatever_happens) {
  for_each_seed(40, [](unsigned seed) {
    std::minstd_rand random{seed};
    simulated_cluster sim{seed, 5 + static_cast<uint32_t>(random() % 8)};
    sim.faults = {0.02 * static_cast<double>(random() % 10),
                  10ms * (1 + random() % 100)};
    const auto count = 3 + random() % 3;
    std::set<size_t> up;
    for (size_t i = 0; i < count; ++i) {
      sim.add();
      sim.start(i);
      up.insert(i);
      sim.run(10ms * (random() % 1000));
    }
    for (unsigned event = 0; event < 20; ++event) {
      const auto which = random() % count;
      switch (random() % 4) {
      case 0:
        if (up.erase(which) > 0)
          sim.crash(which);
        break;
      case 1:
        if (up.insert(which).second)
          sim.start(which);
        break;
      case 2:
        sim.cut(
          {{which, (which + 1) % count},
           {(which + 2) % count, (which + 3) % count, (which + 4) % count}});
        break;
      default:
        sim.heal();
      }
      sim.run(10ms * (random() % 1500));
      ASSERT_EQ(sim.violation, "");
    }
    sim.heal();
    sim.faults = {};
    std::set<size_t> members;
    for (size_t i = 0; i < count; ++i) {
      members.insert(i);
      if (up.insert(i).second)
        sim.start(i);
    }
    EXPECT_TRUE(sim.run_until([&] { return sim.is_settled(members); }, 60s));
    EXPECT_EQ(sim.violation, "");
  });
}

} // namespace carillon::cluster
