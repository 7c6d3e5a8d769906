#include "protocols/sip/via.hpp"

#include <gtest/gtest.h>

namespace carillon::sip {

namespace {

via read(std::string_view text) {
  return via::parse(text).value();
}

const flow udp{transport::udp, "192.0.2.7", 5070, "192.0.2.1", 5060, 0};
const flow tcp{transport::tcp, "192.0.2.7", 40000, "192.0.2.1", 5060, 3};

} // namespace

TEST(sip_via, parts_are_read) {
  const auto value =
    read("SIP / 2.0 / udp Example.org : 5062;branch=z9hG4bKx;rport");
  EXPECT_EQ(value.protocol, "UDP");
  EXPECT_EQ(value.host, "example.org");
  EXPECT_EQ(value.port, 5062);
  EXPECT_EQ(value.branch(), "z9hG4bKx");
  EXPECT_TRUE(value.params.contains("rport"));
}

TEST(sip_via, printing_gives_what_parsing_took) {
  for (const auto text :
       {"SIP/2.0/UDP example.org;branch=z9hG4bKx",
        "SIP/2.0/TCP [2001:db8::1]:5061;branch=z9hG4bKx;received=192.0.2.1"})
    EXPECT_EQ(to_string(read(text)), text);
}

TEST(sip_via, anything_malformed_is_refused) {
  for (const auto text :
       {"", "SIP/2.0/UDP", "SIP/3.0/UDP a", "SIP/2.0 a", "HTTP/2.0/UDP a",
        "SIP/2.0/UDP a b", "SIP/2.0/UDP ;branch=x", "SIP/2.0/UDP a:99999",
        "SIP/2.0/UDP a:0", "SIP/2.0/UDP [::g]",
        "SIP/2.0/UDP a;branch=1;branch=2", "SIP/2.0/UDP a, SIP/2.0/UDP b",
        "SIP/2.0/UDP a\r\nX: y"})
    EXPECT_FALSE(via::parse(text)) << text;
}

TEST(sip_via, only_branches_with_something_behind_the_cookie_count) {
  EXPECT_TRUE(read("SIP/2.0/UDP a;branch=z9hG4bKx").has_magic_cookie());
  EXPECT_FALSE(read("SIP/2.0/UDP a;branch=z9hG4bK").has_magic_cookie());
  EXPECT_FALSE(read("SIP/2.0/UDP a;branch=1").has_magic_cookie());
  EXPECT_FALSE(read("SIP/2.0/UDP a").has_magic_cookie());
}

TEST(sip_via, the_source_is_noted_when_it_differs_from_sent_by) {
  auto top = read("SIP/2.0/UDP phone.example.org;branch=z9hG4bKx");
  note_source(top, udp);
  EXPECT_EQ(top.params.get("received"), "192.0.2.7");
  EXPECT_FALSE(top.params.contains("rport"));
  top = read("SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKx;received=203.0.113.1");
  note_source(top, udp);
  EXPECT_FALSE(top.params.contains("received"));
}

TEST(sip_via, rport_is_filled_in_when_asked_for) {
  auto top = read("SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKx;rport");
  note_source(top, udp);
  EXPECT_EQ(top.params.get("received"), "192.0.2.7");
  EXPECT_EQ(top.params.get("rport"), "5070");
}

TEST(sip_via, answers_over_udp_go_to_sent_by_port_or_rport) {
  EXPECT_EQ(
    response_flow(read("SIP/2.0/UDP x;branch=z9hG4bKx"), udp).remote_port,
    5060);
  EXPECT_EQ(response_flow(read("SIP/2.0/UDP x:5090"), udp).remote_port, 5090);
  const auto back = response_flow(read("SIP/2.0/UDP x:5090;rport"), udp);
  EXPECT_EQ(back, udp);
}

TEST(sip_via, answers_never_go_to_another_address) {
  const auto top =
    read("SIP/2.0/UDP 203.0.113.9;maddr=203.0.113.8;received=203.0.113.7");
  EXPECT_EQ(response_flow(top, udp).remote_address, "192.0.2.7");
}

TEST(sip_via, answers_over_a_stream_go_back_over_the_connection) {
  EXPECT_EQ(response_flow(read("SIP/2.0/TCP x:5090;branch=z9hG4bKx"), tcp),
            tcp);
}

} // namespace carillon::sip
