#include "runtime/cluster/send_window.hpp"

#include <gtest/gtest.h>

namespace carillon {

namespace {

class send_window_test : public testing::Test {
public:
  /// Sends messages until none may pass.
  /// @returns how many did.
  size_t fill() {
    size_t passed = 0;
    for (;;) {
      const auto verdict = window.take();
      marks += verdict.wants_mark ? 1 : 0;
      if (!verdict.may_pass)
        return passed;
      ++passed;
    }
  }

  static constexpr size_t limit = 8;
  send_window window{limit};
  size_t marks = 0;
};

} // namespace

TEST_F(send_window_test, lets_so_many_pass_and_asks_for_one_mark) {
  EXPECT_EQ(fill(), limit);
  EXPECT_EQ(marks, 1U);
  EXPECT_EQ(fill(), 0U);
  EXPECT_EQ(marks, 1U);
}

TEST_F(send_window_test, asks_for_no_mark_when_little_is_sent) {
  for (size_t i = 0; i < limit / 4; ++i)
    EXPECT_FALSE(window.take().wants_mark);
  EXPECT_TRUE(window.take().wants_mark);
}

TEST_F(send_window_test, opens_by_what_came_before_the_mark) {
  for (size_t i = 0; i < limit / 2; ++i)
    EXPECT_TRUE(window.take().may_pass);
  const auto mark = window.mark();
  EXPECT_EQ(fill(), limit / 2);
  window.reached(mark);
  EXPECT_EQ(fill(), limit / 2);
}

TEST_F(send_window_test, asks_again_when_a_mark_was_lost) {
  EXPECT_EQ(fill(), limit);
  window.lost();
  EXPECT_EQ(fill(), 0U);
  EXPECT_EQ(marks, 2U);
  window.reached(window.mark());
  EXPECT_EQ(fill(), limit);
}

} // namespace carillon
