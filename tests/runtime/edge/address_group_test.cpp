#include "runtime/defaults.hpp"
#include "runtime/edge/address_group.hpp"

#include <gtest/gtest.h>

using namespace carillon;

namespace {

address_group group(const char* address) {
  return group_of(boost::asio::ip::make_address(address));
}

} // namespace

TEST(address_group, is_an_ipv4_address) {
  EXPECT_TRUE(group("192.0.2.1"));
  EXPECT_EQ(group("192.0.2.1"), group("192.0.2.1"));
  EXPECT_NE(group("192.0.2.1"), group("192.0.2.2"));
  EXPECT_EQ(group("::ffff:192.0.2.1"), group("192.0.2.1"));
}

TEST(address_group, is_an_ipv6_network_of_64_bits) {
  EXPECT_EQ(group("2001:db8:1:2::1"), group("2001:db8:1:2:ffff::9"));
  EXPECT_NE(group("2001:db8:1:2::1"), group("2001:db8:1:3::1"));
}

TEST(address_group, is_nobody_on_this_machine) {
  for (const auto* address :
       {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_FALSE(group(address)) << address;
}

TEST(address_group, has_a_tenth_but_not_too_little) {
  EXPECT_EQ(share_of_group(10'000), 1000u);
  EXPECT_EQ(share_of_group(100), defaults::min_address_share);
  EXPECT_EQ(share_of_group(5), 5u);
}
