#include "protocols/sip/checks.hpp"

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

const served_domain home{"example.org",
                         {{transport::udp, "", 0, "192.0.2.1", 5060, 0},
                          {transport::tcp, "", 0, "2001:db8::1", 5080, 0}}};

const server_abilities abilities{
  {"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER"}, {"path"}};

/// The status of the refusal, 0 when there is none.
unsigned check(const message& request) {
  const auto refusal = check_request(request, abilities, "t");
  return refusal ? refusal->status() : 0;
}

} // namespace

TEST(sip_domain, the_domain_and_the_listen_addresses_mean_it) {
  for (const auto text :
       {"sip:a@example.org", "sip:EXAMPLE.org:5099", "sip:a@192.0.2.1",
        "sip:a@192.0.2.1:5060", "sip:a@[2001:db8:0::1]:5080"})
    EXPECT_TRUE(means_domain(uri::parse(text).value(), home)) << text;
}

TEST(sip_domain, nothing_else_does) {
  for (const auto text :
       {"sip:a@example.com", "sip:a@sub.example.org", "sip:a@192.0.2.1:5061",
        "sips:a@192.0.2.1", "sip:a@192.0.2.2", "sip:a@[2001:db8::1]"})
    EXPECT_FALSE(means_domain(uri::parse(text).value(), home)) << text;
}

TEST(sip_domain, advertised_addresses_mean_it) {
  auto domain = home;
  domain.advertised = {{transport::udp, {}, 0, "203.0.113.5", 15060, 0}};
  EXPECT_TRUE(
    means_domain(uri::parse("sip:a@203.0.113.5:15060").value(), domain));
  EXPECT_FALSE(means_domain(uri::parse("sip:a@203.0.113.5").value(), domain));
}

TEST(sip_flow, tells_which_addresses_lead_nowhere_else) {
  for (const auto* address : {"127.0.0.1", "127.9.8.7", "::1"})
    EXPECT_TRUE(is_loopback(canonical_ip(address))) << address;
  EXPECT_TRUE(is_loopback(canonical_ip("::ffff:127.0.0.2")));
  for (const auto* address : {"128.0.0.1", "1.127.0.0", "::2", "0.0.0.0", ""})
    EXPECT_FALSE(is_loopback(canonical_ip(address))) << address;
  EXPECT_TRUE(is_unspecified(canonical_ip("0.0.0.0")));
  EXPECT_TRUE(is_unspecified(canonical_ip("0::0")));
  EXPECT_FALSE(is_unspecified(canonical_ip("127.0.0.1")));
}

TEST(sip_checks, sound_requests_pass) {
  EXPECT_EQ(check(make_request("INVITE")), 0u);
  EXPECT_EQ(check(make_request("INVITE", "z9hG4bK1", "Require: path\n")), 0u);
  EXPECT_EQ(check(make_request("OPTIONS", "z9hG4bK1", "Proxy-Require: x\n")),
            0u);
}

TEST(sip_checks, methods_are_told_apart) {
  EXPECT_EQ(check(make_request("FLY")), 501u);
  EXPECT_EQ(check(make_request("invite")), 501u);
  const auto refusal = check_request(make_request("PUBLISH"), abilities, "t");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status(), 405u);
  EXPECT_EQ(refusal->first("Allow"),
            "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER");
}

TEST(sip_checks, unknown_requirements_are_listed) {
  const auto request =
    make_request("INVITE", "z9hG4bK1", "Require: x, path\nRequire: y\n");
  const auto refusal = check_request(request, abilities, "t");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status(), 420u);
  EXPECT_EQ(refusal->first("Unsupported"), "x, y");
  EXPECT_EQ(refusal->to().tag(), "t");
  EXPECT_EQ(check(make_request("CANCEL", "z9hG4bK1", "Require: x\n")), 0u);
  EXPECT_EQ(check(make_request("ACK", "z9hG4bK1", "Require: x\n")), 0u);
}

TEST(sip_checks, addresses_have_to_make_sense) {
  auto request = make_request("INVITE");
  request.request_uri("tel:+123");
  EXPECT_EQ(check(request), 416u);
  request.request_uri("sip:bob@");
  EXPECT_EQ(check(request), 400u);
  request = make_request("INVITE");
  request.set("From", "<sip:alice@example.org>");
  EXPECT_EQ(check(request), 400u);
  request.set("From", "<sip:al%zz@example.org>;tag=1");
  EXPECT_EQ(check(request), 400u);
  request = make_request("INVITE");
  request.set("To", "<sip:@x>");
  EXPECT_EQ(check(request), 400u);
}

TEST(sip_checks, the_order_is_that_of_the_standard) {
  auto request = make_request("PUBLISH", "z9hG4bK1", "Require: x\n");
  request.request_uri("tel:+123");
  EXPECT_EQ(check(request), 405u);
  request = make_request("INVITE", "z9hG4bK1", "Require: x\n");
  request.request_uri("tel:+123");
  EXPECT_EQ(check(request), 416u);
}

} // namespace carillon::sip
