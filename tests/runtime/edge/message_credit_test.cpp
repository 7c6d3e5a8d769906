#include "runtime/edge/message_credit.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace carillon;

namespace {

struct keeping_waiter final : credit_waiter {
  void on_credit(message_credit credit) override {
    credits.push_back(std::move(credit));
  }

  std::vector<message_credit> credits;
};

} // namespace

TEST(message_credit, is_taken_until_none_is_left) {
  const auto pool = std::make_shared<credit_pool>(2);
  const auto first = pool->take();
  const auto second = pool->take();
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(pool->take());
}

TEST(message_credit, goes_back_when_it_is_destroyed) {
  const auto pool = std::make_shared<credit_pool>(1);
  {
    const auto first = pool->take();
    ASSERT_TRUE(first);
    EXPECT_FALSE(pool->take());
  }
  EXPECT_TRUE(pool->take());
}

TEST(message_credit, goes_back_once_when_it_was_moved) {
  const auto pool = std::make_shared<credit_pool>(1);
  {
    auto first = pool->take();
    const auto moved = std::move(*first);
    first.reset();
    EXPECT_FALSE(pool->take());
  }
  const auto second = pool->take();
  EXPECT_TRUE(second);
  EXPECT_FALSE(pool->take());
}

TEST(message_credit, that_is_overwritten_goes_back) {
  const auto pool = std::make_shared<credit_pool>(2);
  auto first = pool->take();
  *first = *pool->take();
  EXPECT_TRUE(pool->take());
}

TEST(message_credit, goes_to_who_waits_longest) {
  const auto pool = std::make_shared<credit_pool>(1);
  const auto early = std::make_shared<keeping_waiter>();
  const auto late = std::make_shared<keeping_waiter>();
  auto first = pool->take();
  EXPECT_FALSE(pool->take_or_wait(early));
  EXPECT_FALSE(pool->take_or_wait(late));
  first.reset();
  EXPECT_EQ(early->credits.size(), 1u);
  EXPECT_TRUE(late->credits.empty());
  EXPECT_FALSE(pool->take());
  early->credits.clear();
  EXPECT_EQ(late->credits.size(), 1u);
}

TEST(message_credit, skips_waiters_that_are_gone) {
  const auto pool = std::make_shared<credit_pool>(1);
  auto gone = std::make_shared<keeping_waiter>();
  auto first = pool->take();
  EXPECT_FALSE(pool->take_or_wait(gone));
  gone.reset();
  first.reset();
  EXPECT_TRUE(pool->take());
}

TEST(message_credit, may_outlive_the_pool) {
  auto pool = std::make_shared<credit_pool>(1);
  const auto credit = pool->take();
  pool.reset();
  EXPECT_TRUE(credit);
}
