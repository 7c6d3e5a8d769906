#include "runtime/call_journal.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace std::chrono_literals;

namespace {

/// Steps of alice's adapter, one millisecond and a half apart.
class call_journal_test : public testing::Test {
protected:
  std::string add(const std::string& trace, std::string_view step,
                  const std::string& detail = {}) {
    now_ += 1500us;
    return journal_.add({trace, "alice", step, detail, now_}).value_or("");
  }

  call_journal journal_{3};

private:
  timestamp now_{};
};

} // namespace

TEST_F(call_journal_test, has_one_line_a_call) {
  EXPECT_EQ(add("1", call_steps::invite_received, "for bob from udp:[::1]:1"),
            "");
  EXPECT_EQ(add("1", call_steps::invite_signed), "");
  EXPECT_EQ(add("1", call_steps::redirected, "sip:bob@[::1]:2"),
            "call by alice for bob from udp:[::1]:1: redirected to "
            "sip:bob@[::1]:2, in 3.00 ms");
  EXPECT_EQ(add("1", call_steps::forwarded, "BYE to 1 contact"), "");
}

TEST_F(call_journal_test, keeps_calls_apart) {
  add("1", call_steps::register_received, "from udp:[::1]:1");
  add("2", call_steps::invite_received, "for bob from udp:[::1]:1");
  EXPECT_EQ(add("2", call_steps::call_refused, "404 nobody has this name"),
            "call by alice for bob from udp:[::1]:1: refused with 404 nobody "
            "has this name, in 1.50 ms");
  EXPECT_EQ(add("1", call_steps::bootstrap_answered, "admitted"), "");
  EXPECT_EQ(add("1", call_steps::registered, "1 contact"),
            "registration of alice from udp:[::1]:1: 1 contact, in 6.00 ms");
}

TEST_F(call_journal_test, tells_who_is_not_registered_and_why) {
  add("1", call_steps::register_received, "from udp:[::1]:1");
  EXPECT_EQ(add("1", call_steps::register_refused, "name taken"),
            "registration of alice from udp:[::1]:1: refused: name taken, in "
            "1.50 ms");
}

TEST_F(call_journal_test, forgets_the_oldest) {
  for (const auto* trace : {"1", "2", "3", "4"})
    add(trace, call_steps::invite_received);
  EXPECT_FALSE(journal_.find("1"));
  EXPECT_TRUE(journal_.find("2"));
  EXPECT_EQ(add("1", call_steps::redirected), "");
  EXPECT_NE(add("4", call_steps::redirected), "");
}

TEST_F(call_journal_test, keeps_the_steps_and_the_first_ending) {
  add("1", call_steps::invite_received, "for bob");
  add("1", call_steps::redirected, "sip:bob@[::1]:2");
  add("1", call_steps::forwarded, "BYE to 1 contact");
  const auto story = journal_.find("1");
  ASSERT_TRUE(story);
  EXPECT_EQ(story->what, "call by alice for bob");
  EXPECT_EQ(story->ending, "redirected to sip:bob@[::1]:2");
  EXPECT_EQ(story->outcome, call_outcome::redirected);
  ASSERT_EQ(story->steps.size(), 3u);
  EXPECT_EQ(story->steps[2].detail, "BYE to 1 contact");
  EXPECT_EQ(journal_.count(call_outcome::redirected), 1u);
  EXPECT_EQ(journal_.count(call_outcome::forwarded), 0u);
}

TEST_F(call_journal_test, bounds_the_steps_and_their_texts) {
  for (size_t i = 0; i <= defaults::journal_steps; ++i)
    journal_.on_step("1", "alice", call_steps::forwarded,
                     std::string(1000, 'x'), {});
  const auto story = journal_.find("1");
  ASSERT_TRUE(story);
  EXPECT_EQ(story->steps.size(), defaults::journal_steps);
  EXPECT_EQ(story->steps.front().detail.size(), defaults::journal_detail);
}

TEST_F(call_journal_test, knows_the_part_of_a_call_that_began_elsewhere) {
  EXPECT_EQ(add("1", call_steps::invite_verified), "");
  const auto story = journal_.find("1");
  ASSERT_TRUE(story);
  EXPECT_EQ(story->what, "");
  EXPECT_EQ(story->steps.size(), 1u);
}

TEST_F(call_journal_test, does_not_mix_calls_without_an_id) {
  EXPECT_EQ(add("", call_steps::invite_received), "");
  EXPECT_EQ(add("", call_steps::redirected), "");
  EXPECT_FALSE(journal_.find(""));
}

TEST_F(call_journal_test, remembers_the_latest_alarms_of_a_user) {
  for (size_t i = 0; i < defaults::journal_alarms; ++i)
    add("1", call_steps::key_alarm, "bob " + std::to_string(i));
  add("2", call_steps::key_alarm, "carol changed");
  const auto alarms = journal_.alarms("bob");
  ASSERT_EQ(alarms.size(), defaults::journal_alarms - 1);
  EXPECT_EQ(alarms.front().why, "1");
  EXPECT_EQ(alarms.front().raised_by, "alice");
  EXPECT_EQ(journal_.alarms("carol").size(), 1u);
  EXPECT_EQ(journal_.alarm_count(), defaults::journal_alarms + 1);
}
