#include "protocols/identity/defaults.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

/// Alice's node goes down, and her keys are lost or others when it comes back.
class lost_keys : public two_users {
public:
  void stop_after_a_call() {
    start_with_both();
    ASSERT_EQ(call(alice, "bob").status(), 302u);
    stop_node();
  }
};

} // namespace

TEST_F(lost_keys, are_not_replaced_while_the_ring_knows_them) {
  stop_after_a_call();
  auto lost = vault->lose("alice");
  start_node();
  EXPECT_TRUE(log_holds("alice cannot be served: missing keys"));
  // Her phone has not noticed anything.
  for (const auto& response : {call(alice, "bob"), register_phone(alice)}) {
    EXPECT_EQ(response.status(), 500u);
    EXPECT_TRUE(warns(response, "missing keys"));
  }
  vault->restore("alice", std::move(lost));
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_FALSE(log_holds("ALARM"));
}

TEST_F(lost_keys, are_replaced_when_the_name_is_free_again) {
  stop_after_a_call();
  vault->lose("alice");
  ring->jump(identity::defaults::admission_lifetime + 1h);
  start_node();
  EXPECT_EQ(register_phone(alice).status(), 200u);
}

TEST_F(lost_keys, make_calls_fail_at_once_when_others_are_in_their_place) {
  stop_after_a_call();
  vault->replace("alice");
  ring->advance(1s);
  start_node();
  const auto early = call(alice, "bob");
  EXPECT_EQ(early.status(), 503u);
  EXPECT_TRUE(warns(early, "has not admitted the user's keys"));
  for (const auto& response : {register_phone(alice), call(alice, "bob")}) {
    EXPECT_EQ(response.status(), 403u);
    EXPECT_TRUE(warns(response, "name taken"));
  }
  EXPECT_EQ(steps->count(call_steps::register_refused), 1u);
}

TEST_F(lost_keys, do_not_matter_to_other_users) {
  stop_after_a_call();
  vault->lose("alice");
  start_node();
  auto carol = make_phone("carol", 6003);
  ASSERT_EQ(register_phone(carol).status(), 200u);
  EXPECT_EQ(call(carol, "bob").status(), 302u);
}

} // namespace carillon::test
