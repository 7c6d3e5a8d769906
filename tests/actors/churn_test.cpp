#include "protocols/chord/invariant.hpp"
#include "tests/support/churn_fixture.hpp"
#include "tests/support/seeds.hpp"

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

using churn = churn_fixture;

/// What a restart of all nodes costs at most in messages about records, where
/// nothing was lost.
constexpr size_t restart_messages_per_peer = 60;
constexpr size_t restart_messages_per_record = 12;

/// The same over actors of one process, and over a network between nodes.
class churn_by_handles
  : public churn_fixture
  , public testing::WithParamInterface<bool> {
public:
  static watched_ring::settings how() {
    watched_ring::settings result;
    if (GetParam())
      result.network = network_conditions{0, 0, {}, 20ms};
    return result;
  }
};

} // namespace

TEST_F(churn, a_reader_makes_the_owner_of_a_location_repair) {
  start(12);
  const auto alice = admit("alice");
  const auto record = location_record(alice);
  const auto key = identity::location_key_text(alice.user.local.aor);
  const auto all = holders(key);
  plant(all[1], record);
  plant(all[2], record);
  EXPECT_EQ(held(key, 0), std::nullopt);
  ASSERT_TRUE(find("alice").found);
  ring->advance(1s);
  EXPECT_TRUE(held(key, 0) == *record);
}

TEST_F(churn, a_reader_makes_the_owners_of_shares_repair) {
  start(24);
  const auto alice = admit("alice");
  const auto& aor = alice.user.local.aor;
  // Each share is at the replicas of its owner only.
  for (uint8_t i = 1; i <= 8; ++i) {
    const auto share =
      std::make_shared<const bytes>(alice.records.shares[i - 1]);
    const auto all = holders(identity::share_key_text(aor, i));
    plant(all[1], share);
    plant(all[2], share);
  }
  const auto reading = read_key("alice");
  ASSERT_TRUE(reading.bundle) << to_string(reading.bundle.error());
  ring->advance(1s);
  for (const auto& seen : reading.outcomes) {
    if (seen.outcome != identity::share_reader::outcome::absent)
      continue;
    EXPECT_TRUE(held(identity::share_key_text(aor, seen.index), 0)
                == alice.records.shares[seen.index - 1]);
  }
}

TEST_F(churn, notices_of_strangers_cause_few_comparisons) {
  watched_ring::settings how;
  how.network.emplace();
  start(12, how);
  const auto alice = admit("alice");
  ASSERT_TRUE(store(ring->peers().back(), location_record(alice)));
  const auto key = identity::location_key_text(alice.user.local.aor);
  const auto owner = holders(key).front();
  ring->advance(5s);
  const auto before = ring->network->sent_about_records();
  for (int i = 0; i < 1'000; ++i)
    caf::anon_send(
      ring->handle(owner),
      overlay_message{ring->peers().back(),
                      p2psip::message{p2psip::outdated_notice{key}}, nullptr});
  ring->advance(5s);
  EXPECT_LE(ring->network->sent_about_records() - before, 4u);
}

TEST_F(churn, a_restart_of_all_nodes_makes_no_storm) {
  constexpr size_t count = 16;
  constexpr size_t users = 50;
  watched_ring::settings how;
  how.network = network_conditions{0, 0, {}, 20ms};
  start(count, how);
  std::map<std::string, bytes> stored;
  for (size_t i = 0; i < users; ++i) {
    const auto who = admit("user" + std::to_string(i));
    const auto record = location_record(who);
    ASSERT_TRUE(store(ring->peers().back(), record));
    stored.emplace(identity::location_key_text(who.user.local.aor), *record);
  }
  ring->advance(10s);
  const auto before = ring->network->sent_about_records();
  size_t busiest_second = 0;
  ring->restart_all();
  for (int second = 0; second < 90; ++second) {
    const auto sent = ring->network->sent_about_records();
    ring->advance(1s);
    busiest_second =
      std::max(busiest_second, ring->network->sent_about_records() - sent);
  }
  EXPECT_EQ(chord::settled_share(ring->views(), 8), 1.0);
  const auto sent = ring->network->sent_about_records() - before;
  RecordProperty("messages_about_records", static_cast<int>(sent));
  RecordProperty("in_the_busiest_second", static_cast<int>(busiest_second));
  EXPECT_LE(sent,
            restart_messages_per_peer * count
              + restart_messages_per_record * users);
  EXPECT_LE(busiest_second, sent / 2);
  for (const auto& [key, record] : stored)
    EXPECT_EQ(copies_of(key, record), 3u) << key;
}

TEST_P(churn_by_handles, two_of_three_holders_may_crash_at_once) {
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(3); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    start(16, how());
    ring->random.seed(seed);
    std::map<std::string, p2psip::shared_bytes> acknowledged;
    for (int i = 0; i < 10; ++i) {
      const auto who = admit("user" + std::to_string(i));
      const auto record = location_record(who);
      const auto done = store(ring->peers().back(), record);
      ASSERT_TRUE(done) << to_string(done.error());
      EXPECT_EQ(done->copies, 3u);
      acknowledged.emplace(identity::location_key_text(who.user.local.aor),
                           record);
    }
    const auto lists = {std::pair{0u, 1u}, std::pair{0u, 2u},
                        std::pair{1u, 2u}};
    for (const auto& [one, other] : lists) {
      const auto all = holders(acknowledged.begin()->first);
      // The reader asks through the last peer.
      if (std::ranges::find(all, ring->peers().back()) != all.end())
        continue;
      ring->crash(chord::peer_list{all.at(one), all.at(other)});
      ring->advance(20s);
      for (const auto& [key, record] : acknowledged)
        EXPECT_EQ(copies_of(key, *record), 3u) << key;
    }
    TearDown();
    spawned.clear();
  }
}

TEST_P(churn_by_handles, a_node_with_a_third_of_all_peers_may_be_killed) {
  auto settings = how();
  settings.peers_per_node = 8;
  start(24, settings);
  std::map<std::string, bytes> acknowledged;
  for (int i = 0; i < 20; ++i) {
    const auto who = admit("user" + std::to_string(i));
    const auto record = location_record(who);
    ASSERT_TRUE(store(ring->peers().back(), record));
    acknowledged.emplace(identity::location_key_text(who.user.local.aor),
                         *record);
    for (uint8_t share = 1; share <= 8; ++share) {
      const auto& content = who.records.shares[share - 1];
      ASSERT_TRUE(
        store(ring->peers().back(), std::make_shared<const bytes>(content)));
      acknowledged.emplace(identity::share_key_text(who.user.local.aor, share),
                           content);
    }
  }
  const auto all = ring->peers();
  ring->crash(chord::peer_list{all.begin() + 8, all.begin() + 16});
  ring->advance(25s);
  for (const auto& [key, record] : acknowledged) {
    const auto found =
      ring->lookup(ring->peers().back(), chord::ring_id::hash(as_bytes(key)));
    ASSERT_TRUE(found) << to_string(found.error());
    EXPECT_EQ(found->owner, holders(key).front());
  }
  EXPECT_TRUE(read_key("user1").bundle);
  ring->advance(15s);
  for (const auto& [key, record] : acknowledged)
    EXPECT_EQ(copies_of(key, record), 3u) << key;
}

INSTANTIATE_TEST_SUITE_P(handles, churn_by_handles, testing::Bool(),
                         [](const auto& which) {
                           return which.param ? "foreign" : "local";
                         });
