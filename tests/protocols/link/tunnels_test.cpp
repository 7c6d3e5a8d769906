#include "protocols/link/defaults.hpp"
#include "protocols/link/tunnels.hpp"

#include <gtest/gtest.h>

namespace carillon::link {

namespace {

const auto somebody = identity::fingerprint::of(bytes{1});

tunnel_frame open_frame(uint32_t number) {
  return {number, tunnel_open{somebody}};
}

tunnel_frame data_frame(uint32_t number, size_t size) {
  return {number, tunnel_data{bytes(size)}};
}

tunnel_frame credit_frame(uint32_t number, uint32_t size) {
  return {number, tunnel_credit{size}};
}

tunnel_frame close_frame(uint32_t number) {
  return {number, tunnel_close{{errc::unreachable, {}}}};
}

/// The tunnels of one link, seen from both sides.
class link_tunnels : public testing::Test {
public:
  /// Has one side send a frame, and expects that the other one takes it.
  static void carry(tunnels& from, tunnels& to, const tunnel_frame& frame) {
    EXPECT_TRUE(from.send(frame));
    EXPECT_TRUE(to.receive(frame));
  }

  static void expect_failure(const expected<void>& got, errc why) {
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, why);
  }

  tunnels alice{true};
  tunnels bob{false};
};

} // namespace

TEST_F(link_tunnels, carry_as_much_as_the_other_side_deals_with) {
  carry(alice, bob, open_frame(1));
  for (int i = 0; i < 10; ++i) {
    carry(alice, bob, data_frame(1, defaults::tunnel_window));
    expect_failure(alice.send(data_frame(1, 1)), errc::quota_exceeded);
    carry(bob, alice, credit_frame(1, defaults::tunnel_window));
  }
  carry(bob, alice, data_frame(1, 10));
  carry(alice, bob, close_frame(1));
  EXPECT_EQ(alice.size(), 0u);
  EXPECT_EQ(bob.size(), 0u);
}

TEST_F(link_tunnels, are_opened_by_both_sides_at_once) {
  EXPECT_TRUE(alice.send(open_frame(1)));
  EXPECT_TRUE(bob.send(open_frame(2)));
  EXPECT_TRUE(bob.receive(open_frame(1)));
  EXPECT_TRUE(alice.receive(open_frame(2)));
  EXPECT_EQ(alice.size(), 2u);
  EXPECT_EQ(bob.size(), 2u);
}

TEST_F(link_tunnels, are_bounded_in_number) {
  for (uint32_t i = 0; i < defaults::max_tunnels; ++i)
    carry(alice, bob, open_frame(2 * i + 1));
  const auto next = open_frame(2 * defaults::max_tunnels + 1);
  expect_failure(alice.send(next), errc::overloaded);
  expect_failure(bob.receive(next), errc::overloaded);
  carry(bob, alice, close_frame(1));
  carry(alice, bob, open_frame(next.number + 2));
}

TEST_F(link_tunnels, pass_over_what_was_sent_before_the_end_was_known) {
  carry(alice, bob, open_frame(1));
  EXPECT_TRUE(bob.send(close_frame(1)));
  expect_failure(bob.receive(data_frame(1, 1)), errc::unreachable);
  expect_failure(bob.receive(close_frame(1)), errc::unreachable);
  expect_failure(bob.send(data_frame(1, 1)), errc::unreachable);
}

TEST_F(link_tunnels, have_numbers_that_were_given) {
  expect_failure(bob.receive(data_frame(1, 1)), errc::malformed);
  expect_failure(bob.receive(credit_frame(0, 1)), errc::malformed);
  expect_failure(bob.receive(close_frame(2)), errc::malformed);
}

TEST_F(link_tunnels, have_numbers_of_the_side_that_gives_them) {
  expect_failure(bob.receive(open_frame(2)), errc::malformed);
  expect_failure(bob.receive(open_frame(0)), errc::malformed);
  expect_failure(alice.receive(open_frame(1)), errc::malformed);
  expect_failure(alice.receive(open_frame(0)), errc::malformed);
}

TEST_F(link_tunnels, have_no_number_twice) {
  carry(alice, bob, open_frame(3));
  carry(alice, bob, close_frame(3));
  expect_failure(bob.receive(open_frame(3)), errc::malformed);
  expect_failure(bob.receive(open_frame(1)), errc::malformed);
}

TEST_F(link_tunnels, carry_no_more_than_was_permitted) {
  carry(alice, bob, open_frame(1));
  EXPECT_TRUE(bob.receive(data_frame(1, defaults::tunnel_window)));
  expect_failure(bob.receive(data_frame(1, 1)), errc::quota_exceeded);
}

TEST_F(link_tunnels, give_no_credit_for_what_was_never_sent) {
  carry(alice, bob, open_frame(1));
  EXPECT_TRUE(alice.send(data_frame(1, 5)));
  expect_failure(alice.receive(credit_frame(1, 6)), errc::quota_exceeded);
  expect_failure(alice.receive(credit_frame(1, UINT32_MAX)),
                 errc::quota_exceeded);
  EXPECT_TRUE(alice.receive(credit_frame(1, 5)));
}

} // namespace carillon::link
