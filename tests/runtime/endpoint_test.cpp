#include "runtime/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>

namespace carillon {

namespace {

TEST(endpoint, reads_addresses_and_host_names) {
  EXPECT_EQ(parse_endpoint("192.0.2.1:7480"), (endpoint{"192.0.2.1", 7480}));
  EXPECT_EQ(parse_endpoint("example.org:1"), (endpoint{"example.org", 1}));
  EXPECT_EQ(parse_endpoint("[2001:db8::1]:65535"),
            (endpoint{"2001:db8::1", 65535}));
}

TEST(endpoint, refuses_anything_else) {
  for (const auto* text : {"",
                           ":",
                           "host",
                           "host:",
                           ":7480",
                           "host:0",
                           "host:65536",
                           "host:-1",
                           "host:+1",
                           "host: 1",
                           "host:1 ",
                           "host:1:2",
                           "::1:7480",
                           "[::1]",
                           "[::1]7480",
                           "[::1:7480",
                           "[192.0.2.1]:1",
                           "[]:1",
                           "[::1]:1]:2",
                           "UPPER:1",
                           "a_b:1",
                           "a b:1",
                           "-a:1",
                           "host:0x1",
                           "host:99999999999"}) {
    const auto parsed = parse_endpoint(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, errc::malformed);
    EXPECT_NE(parsed.error().detail.find("HOST:PORT"), std::string::npos);
  }
}

TEST(endpoint, a_listen_address_is_an_ip_address) {
  EXPECT_EQ(parse_listen_endpoint("0.0.0.0:5060"), (endpoint{"0.0.0.0", 5060}));
  EXPECT_EQ(parse_listen_endpoint("[::]:0"), (endpoint{"::", 0}));
  for (const auto* text : {"localhost:5060", "127.0.0.1", "1.2.3:4", "*:5060",
                           "127.0.0.1:70000", "[fe80::1%eth0]:5060"})
    EXPECT_FALSE(parse_listen_endpoint(text)) << text;
}

TEST(endpoint, a_sip_address_begins_with_its_transport) {
  EXPECT_EQ(parse_sip_endpoint("udp:127.0.0.1:5060"),
            (sip_endpoint{sip::transport::udp, {"127.0.0.1", 5060}}));
  EXPECT_EQ(parse_sip_endpoint("tcp:[::1]:5061"),
            (sip_endpoint{sip::transport::tcp, {"::1", 5061}}));
  EXPECT_EQ(parse_sip_endpoint("tls:192.0.2.1:5061"),
            (sip_endpoint{sip::transport::tls, {"192.0.2.1", 5061}}));
  for (const auto* text : {"127.0.0.1:5060", "sctp:127.0.0.1:5060", "udp:",
                           "UDP:127.0.0.1:5060", "udp:host:5060", "tcp"})
    EXPECT_FALSE(parse_sip_endpoint(text)) << text;
}

TEST(endpoint, a_bootstrap_address_may_pin_the_descriptor) {
  const std::string digits(64, 'a');
  const auto pinned =
    parse_bootstrap_endpoint("192.0.2.1:7480#sha256=" + digits);
  ASSERT_TRUE(pinned);
  EXPECT_EQ(pinned->address, (endpoint{"192.0.2.1", 7480}));
  ASSERT_TRUE(pinned->descriptor);
  EXPECT_EQ(pinned->descriptor->to_hex(), digits);
  EXPECT_EQ(parse_bootstrap_endpoint("192.0.2.1:7480"),
            (bootstrap_endpoint{{"192.0.2.1", 7480}, std::nullopt}));
  for (const auto& text :
       {std::string{"192.0.2.1:7480#"}, "192.0.2.1:7480#md5=" + digits,
        std::string{"192.0.2.1:7480#sha256="},
        "192.0.2.1:7480#sha256=" + digits + "a", "#sha256=" + digits})
    EXPECT_FALSE(parse_bootstrap_endpoint(text)) << text;
}

TEST(endpoint, is_written_as_it_is_read) {
  for (const auto* text : {"192.0.2.1:7480", "[2001:db8::1]:1", "host:2"})
    EXPECT_EQ(to_string(*parse_endpoint(text)), text);
  for (const auto* text :
       {"udp:192.0.2.1:7480", "tcp:[2001:db8::1]:1", "tls:[::1]:2"})
    EXPECT_EQ(to_string(*parse_sip_endpoint(text)), text);
}

TEST(endpoint, only_this_machine_reaches_loopback) {
  for (const auto* host : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  for (const auto* host : {"0.0.0.0", "::", "192.0.2.1", "128.0.0.1",
                           "::ffff:192.0.2.1", "2001:db8::1", "localhost"})
    EXPECT_FALSE(is_loopback({host, 1})) << host;
}

} // namespace

} // namespace carillon
