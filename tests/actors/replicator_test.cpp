#include "actors/replicator.hpp"
#include "protocols/p2psip/defaults.hpp"
#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

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

} // namespace carillon::test
