#include "runtime/admin/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace carillon;
using testing::HasSubstr;
using state = chord::ring_member::state;

namespace {

class node_health : public testing::Test {
protected:
  static inspected_peer peer_in(state what, bool has_neighbours) {
    inspected_peer result;
    result.view = peer_view{{}, what, 0};
    if (has_neighbours) {
      result.view->neighbours.predecessor.emplace();
      result.view->neighbours.successors = {chord::peer_ref{}};
    }
    return result;
  }

  health judge() const {
    return judge_health(peers_, condition_, now_);
  }

  timestamp now_{std::chrono::hours{1}};
  std::vector<inspected_peer> peers_{peer_in(state::member, true),
                                     peer_in(state::member, true)};
  node_condition condition_{true, false, now_ + std::chrono::hours{1}};
};

} // namespace

TEST_F(node_health, lacks_the_majority_of_a_cluster) {
  for (auto& peer : peers_)
    peer.view.reset();
  condition_.lacks_majority = true;
  EXPECT_EQ(judge().status, "isolated");
  EXPECT_THAT(judge().reason, HasSubstr("majority"));
  // While it starts, it has not been there yet.
  condition_.serves_phones = false;
  EXPECT_EQ(judge().status, "joining");
}

TEST_F(node_health, is_ready_when_all_peers_have_their_place) {
  EXPECT_EQ(judge().status, "ready");
  EXPECT_TRUE(judge().is_ready());
}

TEST_F(node_health, is_ready_in_a_ring_of_one) {
  peers_ = {peer_in(state::member, false)};
  EXPECT_TRUE(judge().is_ready());
}

TEST_F(node_health, is_joining_until_every_peer_has_neighbours) {
  peers_[1] = peer_in(state::member, false);
  EXPECT_EQ(judge().status, "joining");
  EXPECT_THAT(judge().reason, HasSubstr("1 of 2 peers"));
  for (const auto what : {state::outside, state::joining}) {
    peers_[1] = peer_in(what, true);
    EXPECT_EQ(judge().status, "joining");
    EXPECT_FALSE(judge().is_ready());
  }
  peers_ = {peer_in(state::outside, false)};
  EXPECT_EQ(judge().status, "joining");
}

TEST_F(node_health, is_joining_before_there_are_peers) {
  peers_[0].view.reset();
  condition_.serves_phones = false;
  EXPECT_EQ(judge().status, "joining");
}

TEST_F(node_health, tells_of_peers_that_are_gone) {
  peers_[0].view.reset();
  EXPECT_EQ(judge().status, "restarting");
}

TEST_F(node_health, tells_of_peers_that_are_cut_off) {
  peers_[1] = peer_in(state::isolated, false);
  EXPECT_EQ(judge().status, "isolated");
}

TEST_F(node_health, ends_with_the_ticket) {
  condition_.ticket_ends = now_;
  EXPECT_EQ(judge().status, "expired");
}

TEST_F(node_health, needs_phones_to_be_served) {
  condition_.serves_phones = false;
  EXPECT_EQ(judge().status, "starting");
}

TEST_F(node_health, ends_when_the_node_leaves) {
  condition_.leaves = true;
  peers_[0].view.reset();
  EXPECT_EQ(judge().status, "leaving");
}

TEST(peer_states, have_the_names_of_the_states) {
  inspected_peer peer;
  EXPECT_EQ(peer_state_name(peer), "restarting");
  peer.view.emplace();
  const std::vector<std::pair<state, std::string_view>> names{
    {state::outside, "outside"},
    {state::joining, "joining"},
    {state::member, "member"},
    {state::isolated, "isolated"}};
  for (const auto& [what, name] : names) {
    peer.view->state = what;
    EXPECT_EQ(peer_state_name(peer), name);
  }
}
