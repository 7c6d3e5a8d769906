#include "bench/load/load_account.hpp"
#include "bench/load/load_results.hpp"
#include "bench/load/load_transactions.hpp"
#include "bench/load/open_loop_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace carillon;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

namespace {

/// The requests of a load, at times that are made up.
class load_requests : public testing::Test {
protected:
  static constexpr load_transactions::config settings{sip::timers{}, 10s};

  load_account account;
  load_transactions open{settings, account};

  void send(uint64_t id, bool is_invite, load_account::time intended,
            load_account::time now) {
    open.begin({id, is_invite, intended, bytes{static_cast<uint8_t>(id)}}, now);
  }

  /// Gives what is sent again.
  std::vector<int> tick(load_account::time now) {
    std::vector<int> result;
    for (const auto data : open.tick(now))
      result.push_back(data.front());
    return result;
  }
};

} // namespace

TEST(load_account, counts_latency_from_when_operations_were_meant_to_start) {
  load_account account;
  // A server stands still for a second; then each answer takes 1 ms. Who waits
  // for answers before asking again sees one slow answer in a hundred.
  const open_loop_schedule schedule{100, 100};
  for (size_t i = 0; i < schedule.operations(); ++i) {
    const auto intended = schedule.start(i);
    account.begin(intended, intended);
    account.succeed(intended, std::max<load_account::time>(intended, 1s) + 1ms);
  }
  EXPECT_EQ(account.latency().count(), 100u);
  EXPECT_NEAR(milliseconds(account.latency().percentile(0.5)), 501, 2);
  EXPECT_NEAR(milliseconds(account.latency().percentile(1)), 1001, 2);
  EXPECT_NEAR(milliseconds(account.latency().percentile(0.01)), 11, 0.1);
}

TEST(load_account, counts_how_late_the_load_was_itself) {
  load_account account;
  account.begin(10ms, 13ms);
  account.succeed(10ms, 14ms);
  EXPECT_NEAR(milliseconds(account.lateness().percentile(1)), 3, 0.01);
  EXPECT_NEAR(milliseconds(account.latency().percentile(1)), 4, 0.01);
}

TEST(load_account, gives_rates_over_the_time_that_it_took) {
  load_account account;
  for (int i = 0; i < 10; ++i) {
    const auto intended = i * 100ms;
    account.begin(intended, intended);
    account.succeed(intended, intended + 1ms);
  }
  EXPECT_DOUBLE_EQ(account.offered_per_second(1s), 10);
  EXPECT_DOUBLE_EQ(account.answered_per_second(1s), 10);
  // An answer that came late, and a load that fell behind.
  account.begin(1s, 2s);
  account.succeed(1s, 4s);
  EXPECT_DOUBLE_EQ(account.offered_per_second(1100ms), 5.5);
  EXPECT_DOUBLE_EQ(account.answered_per_second(1100ms), 2.75);
}

TEST(load_account, counts_failures_by_kind_and_without_latency) {
  load_account account;
  EXPECT_EQ(account.failures(), 0);
  for (int i = 0; i < 8; ++i)
    account.begin(0s, 0s);
  for (int i = 0; i < 5; ++i)
    account.succeed(0s, 1s);
  account.fail("503", 1ms);
  account.fail("503", 2ms);
  account.fail(load_account::no_answer, 10s);
  EXPECT_EQ(account.failed(), 3u);
  EXPECT_EQ(account.answered(), 5u);
  EXPECT_DOUBLE_EQ(account.failures(), 0.375);
  EXPECT_THAT(account.kinds(),
              ElementsAre(Pair("503", 2), Pair("no answer", 1)));
  EXPECT_NEAR(milliseconds(account.latency().percentile(0.01)), 1000, 2);
  // Until the last one had ended, well or not.
  EXPECT_EQ(account.last_ended(), 10s);
  EXPECT_DOUBLE_EQ(account.answered_per_second(1s), 0.5);
}

TEST(load_figures, tell_whether_a_node_keeps_up) {
  load_figures load{open_loop_schedule{10, 10}, {}, {}, 0};
  load.account.begin(0s, 0s);
  load.account.succeed(0s, 2s);
  EXPECT_TRUE(load.keeps_up());
  // A queue was left when the last one had begun.
  load.account.begin(900ms, 900ms);
  load.account.succeed(900ms, 2001ms);
  EXPECT_FALSE(load.keeps_up());
  load_figures refused{open_loop_schedule{10, 10}, {}, {}, 0};
  refused.account.begin(0s, 0s);
  refused.account.fail("503", 1ms);
  EXPECT_FALSE(refused.keeps_up());
  std::vector<load_figures> steps{refused, load};
  EXPECT_EQ(last_good_step(steps), nullptr);
  load_figures good{open_loop_schedule{10, 10}, {}, {}, 0};
  steps = {good, good, load, good};
  EXPECT_EQ(last_good_step(steps), &steps[1]);
}

TEST_F(load_requests, are_sent_again_until_they_are_answered) {
  send(1, true, 0ms, 0ms);
  EXPECT_THAT(tick(499ms), IsEmpty());
  EXPECT_EQ(open.next_deadline(), 500ms);
  EXPECT_THAT(tick(500ms), ElementsAre(1));
  EXPECT_EQ(open.next_deadline(), 1500ms);
  EXPECT_THAT(tick(1500ms), ElementsAre(1));
  EXPECT_EQ(open.next_deadline(), 3500ms);
  open.on_final(1, std::nullopt, 2s);
  EXPECT_EQ(open.next_deadline(), std::nullopt);
  EXPECT_EQ(open.size(), 0u);
  EXPECT_EQ(account.repeated(), 2u);
  EXPECT_EQ(account.answered(), 1u);
  // An answer that comes again is none.
  open.on_final(1, "503", 3s);
  EXPECT_EQ(account.failed(), 0u);
}

TEST_F(load_requests, wait_in_silence_after_a_provisional_answer_to_an_invite) {
  send(1, true, 0ms, 0ms);
  send(2, false, 0ms, 0ms);
  open.on_provisional(1, 100ms);
  open.on_provisional(2, 100ms);
  open.on_provisional(3, 100ms);
  EXPECT_THAT(tick(4099ms), IsEmpty());
  EXPECT_THAT(tick(4100ms), ElementsAre(2));
  EXPECT_THAT(tick(9s), ElementsAre(2));
}

TEST_F(load_requests, other_than_invites_are_repeated_every_4_s_at_most) {
  send(1, false, 0ms, 0ms);
  for (const auto at : {500ms, 1500ms, 3500ms, 7500ms}) {
    EXPECT_EQ(open.next_deadline(), at);
    EXPECT_THAT(tick(at), ElementsAre(1));
  }
  EXPECT_EQ(open.next_deadline(), 10s);
}

TEST_F(load_requests, fail_without_an_answer_in_time) {
  // The second was sent late, and its time counts from when it was meant to be
  // sent.
  send(1, false, 0s, 0s);
  send(2, true, 1s, 8s);
  open.on_provisional(2, 8s);
  EXPECT_THAT(tick(9999ms), ElementsAre(1));
  EXPECT_EQ(account.failed(), 0u);
  EXPECT_THAT(tick(10s), IsEmpty());
  EXPECT_EQ(account.failed(), 1u);
  EXPECT_TRUE(open.is_open(2));
  EXPECT_THAT(tick(11s), IsEmpty());
  EXPECT_EQ(account.failed(), 2u);
  EXPECT_THAT(account.kinds(), ElementsAre(Pair("no answer", 2)));
  open.on_final(2, std::nullopt, 12s);
  EXPECT_EQ(account.answered(), 0u);
}
