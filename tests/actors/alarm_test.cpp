#include "actors/alarm.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace carillon;
using namespace std::chrono_literals;

namespace {

// With an argument: CAF 0.17 reads those of a function that has none.
ticked_actor::behavior_type ticked(ticked_actor::pointer, int) {
  return {[](tick_atom) {
  }};
}

class alarms : public testing::Test {
protected:
  ~alarms() override {
    caf::anon_send_exit(who, caf::exit_reason::kill);
  }

  /// Gives how many ticks are due at a time.
  size_t due_at(duration since_start) {
    return board->take_due(start + since_start).size();
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  ticked_actor who = system.spawn(ticked, 0);
  const timestamp start{1h};
  std::shared_ptr<alarm_board> board = std::make_shared<alarm_board>(20ms);
  carillon::alarm own{board, &who};
};

} // namespace

TEST_F(alarms, are_due_once_and_never_early) {
  own.set(start + 1s);
  EXPECT_EQ(due_at(999ms), 0u);
  EXPECT_EQ(due_at(1s + 20ms), 1u);
  EXPECT_EQ(due_at(1h), 0u);
}

TEST_F(alarms, may_be_put_off_and_brought_forward) {
  own.set(start + 1s);
  own.set(start + 3s);
  EXPECT_EQ(due_at(2s), 0u);
  own.set(start + 2500ms);
  EXPECT_EQ(due_at(2600ms), 1u);
  EXPECT_EQ(due_at(4s), 0u);
}

TEST_F(alarms, may_be_turned_off_and_on_again) {
  own.set(start + 1s);
  own.set(timestamp::max());
  EXPECT_EQ(due_at(2s), 0u);
  own.set(start + 3s);
  EXPECT_EQ(due_at(4s), 1u);
}

TEST_F(alarms, of_the_past_are_due_at_the_next_look) {
  EXPECT_EQ(due_at(10s), 0u);
  own.set(start + 5s);
  EXPECT_EQ(due_at(10s), 1u);
}

TEST_F(alarms, that_may_come_later_do_not_put_off_others) {
  own.set_latest(start + 2s);
  own.set_latest(start + 3s);
  EXPECT_EQ(due_at(2s + 20ms), 1u);
  own.set_latest(start + 3s);
  own.set_latest(start + 2500ms);
  EXPECT_EQ(due_at(2600ms), 1u);
}

/// An actor sets its alarm while the pacemaker looks at the former one: the
/// tick of what was set last always comes.
TEST_F(alarms, are_not_lost_between_two_threads) {
  constexpr int rounds = 20'000;
  constexpr auto step = 10us;
  const auto shared = std::make_shared<alarm_board>(step);
  carillon::alarm raced{shared, &who};
  std::atomic<timestamp> now{start};
  std::atomic<timestamp> last_tick{timestamp{}};
  std::atomic<bool> is_over = false;
  std::thread pacemaker{[&] {
    while (!is_over) {
      const auto at = now.load() + step;
      if (!shared->take_due(at).empty())
        last_tick = at;
      now = at;
    }
  }};
  int lost = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = now.load();
    raced.set(begin + 2 * step);
    const auto due = begin + (3 + i % 50) * step;
    raced.set(due);
    const auto looked_at = std::max(due, now.load());
    while (now.load() < looked_at + 10 * step)
      std::this_thread::yield();
    lost += last_tick.load() < due ? 1 : 0;
  }
  is_over = true;
  pacemaker.join();
  EXPECT_EQ(lost, 0);
}
