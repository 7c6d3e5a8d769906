#include "protocols/chord/invariant.hpp"
#include "tests/support/churn_fixture.hpp"
#include "tests/support/seeds.hpp"

#include <set>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// Rounds of stabilize after the network is whole again within which two
/// halves of 32 nodes are one ring with the newest records everywhere.
constexpr auto stated_time = 60 * chord::defaults::stabilize_interval;

class ring_merge : public churn_fixture {
public:
  /// Cuts a random half off; the first and the last peer stay apart.
  void cut(uint64_t seed) {
    std::mt19937_64 dice{seed};
    auto all = ring->peers();
    std::shuffle(all.begin() + 1, all.end() - 1, dice);
    here.clear();
    for (size_t i = 0; i < all.size() / 2; ++i)
      here.insert(all[i].id);
    ring->network->partition(
      [this](const chord::peer_ref& peer) { return here.contains(peer.id); });
  }

  /// Gives what the peers of one half know of each other.
  std::vector<chord::member_view> half(bool is_here) {
    auto result = ring->views();
    std::erase_if(result, [&](const chord::member_view& view) {
      return here.contains(view.self.id) != is_here;
    });
    return result;
  }

  std::set<chord::ring_id> here;
};

} // namespace

TEST_F(ring_merge, two_halves_become_one_ring_with_the_newest_records) {
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(3); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    watched_ring::settings how;
    how.network = network_conditions{0, 0, {}, 20ms};
    start(32, how);
    ring->random.seed(seed);
    const auto one = ring->peers().front();
    const auto other = ring->peers().back();
    std::map<std::string, bytes> newest;
    const auto put = [&](const admitted_user& who,
                         const chord::peer_ref& through) {
      const auto record = location_record(who);
      const auto done = store(through, record);
      ASSERT_TRUE(done) << to_string(done.error());
      newest[identity::location_key_text(who.user.local.aor)] = *record;
    };
    std::vector<admitted_user> users;
    for (int i = 0; i < 6; ++i) {
      users.push_back(admit("before" + std::to_string(i)));
      put(users.back(), one);
    }
    cut(seed);
    ring->advance(1min);
    EXPECT_EQ(chord::violated_invariant(half(true), {}), std::nullopt);
    EXPECT_EQ(chord::violated_invariant(half(false), {}), std::nullopt);
    for (size_t i = 0; i < users.size(); ++i)
      put(users[i], i % 2 == 0 ? one : other);
    for (int i = 0; i < 3; ++i) {
      put(admit("here" + std::to_string(i)), one);
      put(admit("there" + std::to_string(i)), other);
    }
    ring->advance(2min);
    ring->network->heal();
    ring->advance(stated_time);
    const auto views = ring->views();
    EXPECT_EQ(views.size(), 32u);
    EXPECT_EQ(chord::violated_invariant(views, {}), std::nullopt);
    EXPECT_EQ(chord::settled_share(views, chord::defaults::successors), 1.0);
    for (const auto& [key, record] : newest) {
      for (const auto& holder : holders(key)) {
        const auto got = ring->ask<fetch_outcome>(ring->handle(holder),
                                                  get_atom_v, key, uint8_t{0});
        ASSERT_TRUE(got.result) << to_string(got.result.error());
        EXPECT_TRUE(got.result->record == record) << key;
      }
      EXPECT_EQ(copies_of(key, record), 3u) << key;
    }
    TearDown();
    spawned.clear();
  }
}

TEST(rings_that_never_met, become_one_when_a_peer_hears_of_one_of_the_other) {
  for (const auto& [here, there] :
       {std::pair<size_t, size_t>{1, 1}, {1, 12}, {12, 1}, {12, 20}}) {
    SCOPED_TRACE(std::to_string(here) + " and " + std::to_string(there));
    watched_ring::settings how;
    how.network = network_conditions{0, 0, {}, 20ms};
    watched_ring rings{here, how};
    rings.settle(here);
    const auto one = rings.peers().back();
    rings.settle(there);
    const auto other = rings.peers().back();
    rings.advance(1min);
    ASSERT_NE(chord::violated_invariant(rings.views(), {}), std::nullopt);
    caf::anon_send(rings.handle(one),
                   overlay_message{other,
                                   chord::message{chord::introduce{other, 0}},
                                   nullptr});
    rings.advance(stated_time);
    EXPECT_EQ(rings.views().size(), here + there);
    EXPECT_EQ(chord::violated_invariant(rings.views(), {}), std::nullopt);
    EXPECT_EQ(chord::settled_share(rings.views(), chord::defaults::successors),
              1.0);
  }
}

TEST_F(ring_merge, a_name_admitted_in_both_halves_goes_to_who_was_first) {
  for (const bool first_is_here : {true, false}) {
    SCOPED_TRACE(first_is_here);
    watched_ring::settings how;
    how.network = network_conditions{0, 0, {}, 20ms};
    start(16, how);
    const auto one = ring->peers().front();
    const auto other = ring->peers().back();
    cut(7);
    ring->advance(1min);
    const auto store_all = [&](const admitted_user& who,
                               const chord::peer_ref& through) {
      EXPECT_TRUE(store(through, location_record(who)));
      for (const auto& share : who.records.shares)
        EXPECT_TRUE(store(through, std::make_shared<const bytes>(share)));
    };
    const auto first = admit("alice");
    ring->advance(1s);
    const auto second = admit("alice");
    store_all(first, first_is_here ? one : other);
    store_all(second, first_is_here ? other : one);
    // Longer than what a new admission is given to be stored.
    ring->advance(3min);
    ring->network->heal();
    ring->advance(stated_time);
    const auto& aor = first.user.local.aor;
    for (uint8_t i = 1; i <= 8; ++i)
      EXPECT_EQ(copies_of(identity::share_key_text(aor, i),
                          first.records.shares[i - 1]),
                3u);
    const auto reading = read_key("alice");
    ASSERT_TRUE(reading.bundle) << to_string(reading.bundle.error());
    EXPECT_EQ(reading.bundle->bundle.keys,
              first.user.local.keys->public_half());
    // Both go on refreshing: the loser is told.
    const auto kept = location_record(first);
    EXPECT_TRUE(store(other, kept));
    const auto refused = store(one, location_record(second));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::name_taken);
    EXPECT_EQ(copies_of(identity::location_key_text(aor), *kept), 3u);
    TearDown();
    spawned.clear();
  }
}
