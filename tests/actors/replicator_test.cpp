#include "actors/replicator.hpp"
#include "protocols/p2psip/defaults.hpp"
#include "tests/support/keys.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/must.hpp"

#include <botan/chacha_rng.h>
#include <gtest/gtest.h>

#include <map>

namespace carillon::test {

namespace {

using namespace std::chrono_literals;

chord::peer_ref make_peer(const char* name) {
  return {chord::ring_id::hash(as_bytes(std::string_view{name})), 0,
          std::make_shared<const chord::node_info>()};
}

/// A replicator whose messages are caught.
class repairs : public testing::Test {
public:
  repairs() {
    auto node = std::make_shared<node_context>();
    node->time = time;
    config_.node = node;
  }

  /// Moves on to the next deadline.
  void wait() {
    time->time = std::max(time->time, copies.next_deadline());
    copies.tick(time->time);
  }

  void answer(std::optional<error> refusal) {
    copies.on_copy_answer(peer, {sent.back(), std::move(refusal)});
  }

  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
  chord::peer_ref peer = make_peer("peer");
  p2psip::shared_bytes record = std::make_shared<const bytes>(10, 1);
  chord::ring_id place = chord::ring_id::hash(as_bytes("record"));
  std::vector<uint64_t> sent;
  std::vector<std::pair<chord::ring_id, std::optional<error>>> repaired;
  bool is_there = true;

private:
  share_holder_config config_;

public:
  replicator copies{
    config_,
    [this](const chord::peer_ref&, p2psip::message body) {
      if (is_there)
        sent.push_back(std::get<p2psip::copy_request>(body).request);
      return is_there;
    },
    [this](const chord::peer_ref&, const chord::ring_id& position,
           const std::optional<error>& refusal) {
      repaired.emplace_back(position, refusal);
    }};
};

} // namespace

TEST_F(repairs, that_time_out_are_made_again_less_and_less_often) {
  copies.add_repair(peer, place, record);
  copies.send_repairs();
  ASSERT_EQ(sent.size(), 1u);
  auto delay = defaults::repair_retry;
  for (size_t i = 2; i < 15; ++i) {
    const auto asked = time->time;
    wait();
    EXPECT_EQ(time->time - asked, p2psip::defaults::copy_timeout);
    EXPECT_FALSE(copies.is_repaired());
    const auto failed = time->time;
    wait();
    EXPECT_EQ(time->time - failed, delay);
    EXPECT_EQ(sent.size(), i);
    delay = std::min(2 * delay, defaults::max_repair_retry);
  }
  answer(std::nullopt);
  EXPECT_TRUE(copies.is_repaired());
  EXPECT_EQ(copies.next_deadline(), timestamp::max());
}

TEST_F(repairs, that_cannot_be_sent_are_made_again) {
  is_there = false;
  copies.add_repair(peer, place, record);
  copies.send_repairs();
  EXPECT_FALSE(copies.is_repaired());
  is_there = true;
  wait();
  EXPECT_EQ(sent.size(), 1u);
}

TEST_F(repairs, that_are_refused_for_good_are_not_made_again) {
  copies.add_repair(peer, place, record);
  copies.send_repairs();
  answer(error{errc::storage_failed, "no space left on device"});
  EXPECT_FALSE(copies.is_repaired());
  wait();
  ASSERT_EQ(sent.size(), 2u);
  // The other has a newer one.
  answer(error{errc::older_epoch, {}});
  EXPECT_TRUE(copies.is_repaired());
}

TEST_F(repairs, end_when_the_peer_is_no_neighbour_any_more) {
  copies.add_repair(peer, place, record);
  copies.send_repairs();
  wait();
  EXPECT_FALSE(copies.is_repaired());
  copies.keep_repairs([](const chord::peer_ref&) { return false; });
  EXPECT_TRUE(copies.is_repaired());
}

// -- stores -------------------------------------------------------------------

namespace {

/// Stores whose messages are caught.
class stores : public testing::Test {
public:
  stores() {
    identity::ring_settings settings;
    settings.domain = "example.org";
    settings.replicas = 3;
    Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
    const auto bootstrap = make_keys(rng);
    settings.bootstrap_keys = {bootstrap.public_half().signature.spki()};
    auto node = std::make_shared<node_context>();
    node->time = time;
    node->ring = std::make_shared<const identity::ring_descriptor>(
      must(identity::ring_descriptor::found(settings, bootstrap, rng)));
    config_.node = node;
  }

  /// Begins a store that this peer has written.
  void store(const chord::peer_list& candidates, bool are_all) {
    p2psip::store_request wanted;
    wanted.record = std::make_shared<const bytes>(10, 1);
    copies.on_written(copies.spread(asker, wanted, candidates, are_all), {});
  }

  /// Has a peer take the copy that it was asked for.
  void take(const chord::peer_ref& by) {
    ASSERT_TRUE(asked.contains(by.id));
    copies.on_copy_answer(by, {asked.at(by.id), std::nullopt});
  }

  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
  chord::peer_ref asker = make_peer("asker");
  chord::peer_ref one = make_peer("one");
  chord::peer_ref two = make_peer("two");
  std::map<chord::ring_id, uint64_t> asked;
  /// How many copies each acknowledged store has.
  std::vector<size_t> done;

private:
  share_holder_config config_;

public:
  replicator copies{
    config_,
    [this](const chord::peer_ref& to, const p2psip::message& body) {
      if (const auto* copy = std::get_if<p2psip::copy_request>(&body))
        asked[to.id] = copy->request;
      else
        done.push_back(std::get<p2psip::store_answer>(body).copies);
      return true;
    },
    [](const chord::peer_ref&, const chord::ring_id&,
       const std::optional<error>&) {
    }};
};

} // namespace

TEST_F(stores, end_when_all_copies_are_there) {
  store({one, two}, false);
  take(one);
  EXPECT_TRUE(done.empty());
  take(two);
  EXPECT_EQ(done, std::vector<size_t>{3});
}

TEST_F(stores, end_with_few_copies_where_there_are_no_others) {
  store({one}, true);
  take(one);
  EXPECT_EQ(done, std::vector<size_t>{2});
}

TEST_F(stores, wait_for_others_that_are_not_known_yet) {
  store({one}, false);
  take(one);
  EXPECT_TRUE(done.empty());
  asked.clear();
  copies.update_candidates({one, two}, false);
  EXPECT_FALSE(asked.contains(one.id));
  take(two);
  EXPECT_EQ(done, std::vector<size_t>{3});
}

TEST_F(stores, end_when_it_becomes_known_that_there_are_no_others) {
  store({one}, false);
  take(one);
  copies.update_candidates({one}, true);
  EXPECT_EQ(done, std::vector<size_t>{2});
}

TEST_F(stores, do_not_wait_for_ever) {
  store({}, false);
  EXPECT_TRUE(done.empty());
  ASSERT_LT(copies.next_deadline(), timestamp::max());
  time->time = copies.next_deadline();
  copies.tick(time->time);
  EXPECT_EQ(done, std::vector<size_t>{1});
  EXPECT_EQ(copies.next_deadline(), timestamp::max());
}

} // namespace carillon::test
