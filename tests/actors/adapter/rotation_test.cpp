#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

/// A user, bob, whose keys are changed while the node is down, and alice, whose
/// adapter has pinned the keys before.
class rotation : public two_users {
public:
  void start_with_a_call() {
    start_with_both();
    ASSERT_EQ(call(alice, "bob").status(), 302u);
  }

  void rotate() {
    stop_node();
    vault->rotate("bob");
    ring->advance(1s);
  }

  uint64_t epoch() {
    return must(read_key("bob").bundle).bundle.epoch;
  }
};

} // namespace

TEST_F(rotation, is_finished_by_the_next_start_of_the_node) {
  start_with_a_call();
  EXPECT_EQ(epoch(), 1u);
  rotate();
  start_node();
  ring->advance(2s);
  // No phone had to register.
  EXPECT_EQ(epoch(), 2u);
  EXPECT_FALSE(vault->holds_predecessor("bob"));
  EXPECT_TRUE(log_holds("the ring has taken the new keys of bob"));
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_FALSE(log_holds("ALARM"));
}

TEST_F(rotation, keeps_the_old_keys_until_the_ring_has_the_new_ones) {
  start_with_a_call();
  rotate();
  stop_bootstrap();
  start_node();
  ring->advance(2s);
  EXPECT_EQ(epoch(), 1u);
  EXPECT_TRUE(vault->holds_predecessor("bob"));
  stop_node();
  start_bootstrap();
  start_node();
  ring->advance(2s);
  EXPECT_EQ(epoch(), 2u);
  EXPECT_FALSE(vault->holds_predecessor("bob"));
}

TEST_F(rotation, is_tried_again_while_no_bootstrap_server_answers) {
  start_with_a_call();
  rotate();
  stop_bootstrap();
  start_node();
  ring->advance(15s);
  start_bootstrap();
  ring->advance(2min);
  EXPECT_EQ(epoch(), 2u);
  EXPECT_FALSE(vault->holds_predecessor("bob"));
}

TEST_F(rotation, that_was_cut_short_removes_the_old_keys_without_asking_again) {
  start_with_a_call();
  rotate();
  vault->forget_failure = error{errc::storage_failed, "read-only"};
  start_node();
  ring->advance(2s);
  EXPECT_EQ(epoch(), 2u);
  EXPECT_TRUE(vault->holds_predecessor("bob"));
  EXPECT_TRUE(log_holds("cannot remove the old keys of bob"));
  stop_node();
  stop_bootstrap();
  vault->forget_failure.reset();
  start_node();
  ring->advance(2s);
  EXPECT_FALSE(vault->holds_predecessor("bob"));
}

TEST_F(rotation, is_followed_by_readers_that_were_away) {
  start_with_a_call();
  rotate();
  start_node();
  ring->advance(2s);
  // The admission is renewed by a node that has the old keys no more.
  stop_node();
  start_node();
  for (int day = 0; day < 25; ++day)
    ring->jump(24h);
  ring->advance(5s);
  ASSERT_TRUE(log_holds("renewed the admission of bob"));
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_FALSE(log_holds("ALARM"));
}

TEST_F(rotation, can_be_made_once_more) {
  start_with_a_call();
  for (uint64_t next = 2; next <= 3; ++next) {
    rotate();
    start_node();
    ring->advance(2s);
    EXPECT_EQ(epoch(), next);
    EXPECT_EQ(call(alice, "bob").status(), 302u);
  }
  EXPECT_FALSE(log_holds("ALARM"));
}

TEST_F(rotation, makes_old_records_worthless) {
  start_with_a_call();
  std::vector<bytes> before;
  const identity::address_of_record aor{"bob", "example.org"};
  before.push_back(read_record(identity::location_key_text(aor)).value());
  for (uint8_t i = 1; i <= 8; ++i)
    before.push_back(read_record(identity::share_key_text(aor, i)).value());
  rotate();
  start_node();
  ring->advance(2s);
  ASSERT_EQ(epoch(), 2u);
  for (const auto& record : before) {
    const auto stored = store_record(record);
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, errc::older_epoch);
  }
  EXPECT_EQ(epoch(), 2u);
}

} // namespace carillon::test
