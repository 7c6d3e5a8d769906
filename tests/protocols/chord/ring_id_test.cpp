#include "protocols/chord/ring_id.hpp"
#include "tests/support/peers.hpp"

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;

TEST(ring_id, is_the_head_of_sha256) {
  // SHA-256("abc"), FIPS 180-2 appendix B.1.
  EXPECT_EQ(ring_id::hash(as_bytes("abc")).to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a3");
}

TEST(ring_id, refuses_anything_but_forty_hexadecimal_digits) {
  EXPECT_FALSE(ring_id::from_hex(""));
  EXPECT_FALSE(ring_id::from_hex(std::string(39, '0')));
  EXPECT_FALSE(ring_id::from_hex(std::string(42, '0')));
  EXPECT_FALSE(ring_id::from_hex(std::string(40, 'g')));
  EXPECT_FALSE(ring_id::from_bytes(bytes(19)));
}

TEST(ring_id, adds_powers_of_two_with_carry_and_wraps) {
  EXPECT_EQ(id("0").plus_power_of_two(0), id("1"));
  EXPECT_EQ(id("ff").plus_power_of_two(0), id("100"));
  EXPECT_EQ(id("fff0").plus_power_of_two(4), id("10000"));
  const auto max = *ring_id::from_hex(std::string(40, 'f'));
  EXPECT_EQ(max.plus_power_of_two(0), id("0"));
  EXPECT_EQ(id("0").plus_power_of_two(159).to_hex().front(), '8');
  EXPECT_EQ(id("0").plus_power_of_two(159).plus_power_of_two(159), id("0"));
}

TEST(ring_id, measures_clockwise_distance) {
  EXPECT_EQ(id("10").distance_to(id("12")), id("2"));
  EXPECT_EQ(id("12").distance_to(id("12")), id("0"));
  EXPECT_EQ(id("1").distance_to(id("0")).to_hex(), std::string(40, 'f'));
  EXPECT_EQ(id("0").highest_bit(), -1);
  EXPECT_EQ(id("1").highest_bit(), 0);
  EXPECT_EQ(id("100").highest_bit(), 8);
  EXPECT_EQ(id("1").distance_to(id("0")).highest_bit(), 159);
}

TEST(ring_id, knows_open_and_half_open_arcs) {
  EXPECT_TRUE(between(id("1"), id("2"), id("3")));
  EXPECT_FALSE(between(id("1"), id("3"), id("3")));
  EXPECT_FALSE(between(id("1"), id("1"), id("3")));
  EXPECT_TRUE(in_arc(id("1"), id("3"), id("3")));
  EXPECT_FALSE(in_arc(id("1"), id("1"), id("3")));
  EXPECT_FALSE(in_arc(id("1"), id("4"), id("3")));
}

TEST(ring_id, arcs_wrap_around_zero) {
  EXPECT_TRUE(in_arc(id("f0"), id("0"), id("3")));
  EXPECT_TRUE(in_arc(id("f0"), id("f1"), id("3")));
  EXPECT_FALSE(in_arc(id("f0"), id("4"), id("3")));
  EXPECT_TRUE(between(id("f0"), id("0"), id("3")));
  EXPECT_FALSE(between(id("f0"), id("3"), id("3")));
}

TEST(ring_id, an_arc_from_a_point_to_itself_is_the_whole_circle) {
  EXPECT_TRUE(in_arc(id("7"), id("7"), id("7")));
  EXPECT_TRUE(in_arc(id("7"), id("9"), id("7")));
  EXPECT_TRUE(between(id("7"), id("9"), id("7")));
  EXPECT_FALSE(between(id("7"), id("7"), id("7")));
}
