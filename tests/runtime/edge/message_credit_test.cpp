#include "runtime/edge/message_credit.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace carillon;

namespace {

/// This machine.
const address_group nobody;

address_group group(const char* address) {
  return group_of(boost::asio::ip::make_address(address));
}

struct keeping_waiter final : credit_waiter {
  void on_credit(message_credit credit) override {
    credits.push_back(std::move(credit));
  }

  std::vector<message_credit> credits;
};

} // namespace

TEST(message_credit, is_taken_until_none_is_left) {
  const auto pool = std::make_shared<credit_pool>(2, 2);
  const auto first = pool->take(nobody);
  const auto second = pool->take(nobody);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(pool->take(nobody));
}

TEST(message_credit, goes_back_when_it_is_destroyed) {
  const auto pool = std::make_shared<credit_pool>(1, 1);
  {
    const auto first = pool->take(nobody);
    ASSERT_TRUE(first);
    EXPECT_FALSE(pool->take(nobody));
  }
  EXPECT_TRUE(pool->take(nobody));
}

TEST(message_credit, goes_back_once_when_it_was_moved) {
  const auto pool = std::make_shared<credit_pool>(1, 1);
  {
    auto first = pool->take(nobody);
    const auto moved = std::move(*first);
    first.reset();
    EXPECT_FALSE(pool->take(nobody));
  }
  const auto second = pool->take(nobody);
  EXPECT_TRUE(second);
  EXPECT_FALSE(pool->take(nobody));
}

TEST(message_credit, that_is_overwritten_goes_back) {
  const auto pool = std::make_shared<credit_pool>(2, 2);
  auto first = pool->take(nobody);
  *first = *pool->take(nobody);
  EXPECT_TRUE(pool->take(nobody));
}

TEST(message_credit, goes_to_who_waits_longest) {
  const auto pool = std::make_shared<credit_pool>(1, 1);
  const auto early = std::make_shared<keeping_waiter>();
  const auto late = std::make_shared<keeping_waiter>();
  auto first = pool->take(nobody);
  EXPECT_FALSE(pool->take_or_wait(nobody, early));
  EXPECT_FALSE(pool->take_or_wait(nobody, late));
  first.reset();
  EXPECT_EQ(early->credits.size(), 1u);
  EXPECT_TRUE(late->credits.empty());
  EXPECT_FALSE(pool->take(nobody));
  early->credits.clear();
  EXPECT_EQ(late->credits.size(), 1u);
}

TEST(message_credit, skips_waiters_that_are_gone) {
  const auto pool = std::make_shared<credit_pool>(1, 1);
  auto gone = std::make_shared<keeping_waiter>();
  auto first = pool->take(nobody);
  EXPECT_FALSE(pool->take_or_wait(nobody, gone));
  gone.reset();
  first.reset();
  EXPECT_TRUE(pool->take(nobody));
}

TEST(message_credit, may_outlive_the_pool) {
  auto pool = std::make_shared<credit_pool>(1, 1);
  const auto credit = pool->take(nobody);
  pool.reset();
  EXPECT_TRUE(credit);
}

TEST(message_credit, is_kept_for_others_when_one_address_has_its_share) {
  const auto pool = std::make_shared<credit_pool>(4, 2);
  const auto greedy = group("192.0.2.1");
  const auto first = pool->take(greedy);
  const auto second = pool->take(greedy);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(pool->take(greedy));
  const auto other = pool->take(group("192.0.2.2"));
  EXPECT_TRUE(other);
  const auto own = pool->take(nobody);
  EXPECT_TRUE(own);
}

TEST(message_credit, is_not_shared_out_on_this_machine) {
  const auto pool = std::make_shared<credit_pool>(3, 1);
  const auto loopback = group("127.0.0.1");
  const auto first = pool->take(loopback);
  const auto second = pool->take(group("::1"));
  EXPECT_TRUE(first && second && pool->take(loopback));
}

TEST(message_credit, goes_to_a_waiter_whose_address_has_room) {
  const auto pool = std::make_shared<credit_pool>(2, 1);
  const auto greedy = group("192.0.2.1");
  const auto greedy_waiter = std::make_shared<keeping_waiter>();
  const auto modest_waiter = std::make_shared<keeping_waiter>();
  auto first = pool->take(greedy);
  // It waits for its own credit although there is another one left.
  EXPECT_FALSE(pool->take_or_wait(greedy, greedy_waiter));
  auto second = pool->take(group("192.0.2.2"));
  EXPECT_FALSE(pool->take_or_wait(group("192.0.2.3"), modest_waiter));
  second.reset();
  EXPECT_TRUE(greedy_waiter->credits.empty());
  EXPECT_EQ(modest_waiter->credits.size(), 1u);
  first.reset();
  EXPECT_EQ(greedy_waiter->credits.size(), 1u);
}

TEST(message_credit, goes_to_addresses_in_turn) {
  const auto pool = std::make_shared<credit_pool>(1, 1);
  const auto many = std::make_shared<keeping_waiter>();
  const auto one = std::make_shared<keeping_waiter>();
  auto first = pool->take(nobody);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(pool->take_or_wait(group("192.0.2.1"), many));
  EXPECT_FALSE(pool->take_or_wait(group("192.0.2.2"), one));
  first.reset();
  EXPECT_EQ(many->credits.size(), 1u);
  many->credits.clear();
  EXPECT_EQ(one->credits.size(), 1u);
  EXPECT_TRUE(many->credits.empty());
  one->credits.clear();
  EXPECT_EQ(many->credits.size(), 1u);
}
