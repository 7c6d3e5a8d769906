#include "protocols/chord/invariant.hpp"
#include "tests/support/churn_fixture.hpp"
#include "tests/support/seeds.hpp"

#include <set>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// Random schedules on a network that loses, delays, reorders and repeats
/// messages and is cut now and then.
class churn_schedule : public churn_fixture {
public:
  void begin(uint64_t seed) {
    watched_ring::settings how;
    how.network = network_conditions{0.03, 0.05, {}, 100ms};
    start(14, how);
    ring->random.seed(seed);
    for (int i = 0; i < 8; ++i)
      users.push_back(admit("user" + std::to_string(i)));
  }

  void step() {
    switch (ring->random() % 8) {
    case 0:
      crash_one();
      break;
    case 1:
      if (ring->peers().size() < 20)
        ring->join();
      break;
    case 2:
      cut();
      break;
    case 3:
      heal();
      break;
    default:
      refresh_one();
    }
    ring->advance(duration{static_cast<int64_t>(ring->random() % 3'000'000)});
  }

  void heal() {
    ring->network->heal();
    if (is_cut)
      last_disturbance = ring->now();
    is_cut = false;
  }

  /// Gives the epoch of a location record, or 0 for none.
  uint64_t epoch_of(const std::optional<bytes>& record) {
    identity::verifier check;
    if (!record)
      return 0;
    return must(identity::verify_record(*record, *ring->context->ring, check,
                                        ring->now()))
      .epoch;
  }

  std::vector<admitted_user> users;
  /// The newest epoch that was acknowledged, by key.
  std::map<std::string, uint64_t> acknowledged;

private:
  /// Ends one node, unless the copies of the last one may still be missing.
  void crash_one() {
    const auto& all = ring->peers();
    if (is_cut || all.size() < 10 || ring->now() < last_disturbance + 60s)
      return;
    // The reader asks through the last of those that were there from the start.
    const auto victim = all[1 + ring->random() % 8];
    ring->crash(victim);
    last_disturbance = ring->now();
  }

  void cut() {
    std::set<chord::ring_id> here;
    for (const auto& peer : ring->peers()) {
      if (ring->random() % 2 == 0)
        here.insert(peer.id);
    }
    ring->network->partition(
      [here](const chord::peer_ref& peer) { return here.contains(peer.id); });
    is_cut = true;
  }

  void refresh_one() {
    const auto& who = users[ring->random() % users.size()];
    const auto record = location_record(who);
    const auto& through = ring->random_peer();
    if (store(through, record))
      acknowledged[identity::location_key_text(who.user.local.aor)] =
        epoch_of(*record);
  }

  bool is_cut = false;
  timestamp last_disturbance{};
};

} // namespace

TEST_F(churn_schedule, ends_with_one_ring_and_every_acknowledged_record) {
  // Time without disturbance after which all is as it should be.
  constexpr auto quiet = 2min;
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(5); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    begin(seed);
    for (int i = 0; i < 60; ++i)
      step();
    heal();
    ring->network->change({});
    ring->advance(quiet);
    const auto views = ring->views();
    EXPECT_EQ(views.size(), ring->peers().size());
    EXPECT_EQ(chord::violated_invariant(views, {}), std::nullopt);
    EXPECT_EQ(chord::settled_share(views, chord::defaults::successors), 1.0);
    EXPECT_FALSE(acknowledged.empty());
    for (const auto& [key, epoch] : acknowledged) {
      for (uint8_t rank = 0; rank < 3; ++rank)
        EXPECT_GE(epoch_of(held(key, rank)), epoch)
          << key << " at holder " << int{rank};
    }
    users.clear();
    acknowledged.clear();
    TearDown();
    spawned.clear();
  }
}
