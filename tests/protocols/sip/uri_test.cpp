#include "protocols/sip/defaults.hpp"
#include "protocols/sip/uri.hpp"

#include <gtest/gtest.h>

namespace carillon::sip {

namespace {

uri read(std::string_view text) {
  return uri::parse(text).value();
}

flow phone_at(std::string address) {
  return {transport::udp, std::move(address), 5070, "192.0.2.1", 5060, 0};
}

} // namespace

TEST(sip_uri, parts_are_read) {
  const auto value =
    read("sips:bob:secret@Example.ORG:5071;transport=TCP;lr?Subject=x&y=z");
  EXPECT_TRUE(value.secure);
  EXPECT_EQ(value.user, "bob");
  EXPECT_EQ(value.host, "example.org");
  EXPECT_EQ(value.port, 5071);
  EXPECT_EQ(value.params.get("Transport"), "TCP");
  EXPECT_TRUE(value.params.contains("lr"));
  EXPECT_EQ(value.headers, "Subject=x&y=z");
}

TEST(sip_uri, printing_gives_what_parsing_took) {
  for (const auto text :
       {"sip:example.org", "sip:alice@192.0.2.1:5070;transport=tcp;lr",
        "sips:alice@[2001:db8::1]:5061", "sip:a%20b@example.org?x=y",
        "sip:user;par=u@example.org"})
    EXPECT_EQ(to_string(read(text)), text);
}

TEST(sip_uri, passwords_are_dropped) {
  EXPECT_EQ(to_string(read("sip:alice:secret@example.org")),
            "sip:alice@example.org");
}

TEST(sip_uri, anything_malformed_is_refused) {
  for (const auto text : {"",
                          "sip:",
                          "sip",
                          "alice@example.org",
                          "tel:+123",
                          "http://a",
                          "sip:@example.org",
                          "sip:a b@example.org",
                          "sip:a@b@c",
                          "sip:a@exa mple.org",
                          "sip:a@example.org:0",
                          "sip:a@example.org:65536",
                          "sip:a@example.org:",
                          "sip:a@example.org:5060x",
                          "sip:a@[::1",
                          "sip:a@[::g]",
                          "sip:a@::1",
                          "sip:a@example.org;",
                          "sip:a@b;=x",
                          "sip:a@b;x=",
                          "sip:a@b;x=1;X=2",
                          "sip:a@b?",
                          "sip:a%4@b",
                          "sip:a%zz@b",
                          "sip:a@-b",
                          "sip:a@b..c",
                          "sip:a@b\r\n",
                          "sip:<a>@b",
                          "sip:a@b;x=\""}) {
    const auto result = uri::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, errc::malformed) << text;
  }
  EXPECT_FALSE(uri::parse(std::string_view{"sip:a\0b@c", 9}));
}

TEST(sip_uri, very_long_ones_are_refused) {
  const auto text = "sip:" + std::string(defaults::max_uri_size, 'a');
  EXPECT_EQ(uri::parse(text).error().code, errc::too_large);
}

// The pairs of RFC 3261 section 19.1.4.
TEST(sip_uri, equivalent_ones_compare_equal) {
  EXPECT_TRUE(equivalent(read("sip:%61lice@atlanta.com;transport=TCP"),
                         read("sip:alice@AtLanTa.CoM;Transport=tcp")));
  EXPECT_TRUE(equivalent(read("sip:carol@chicago.com"),
                         read("sip:carol@chicago.com;newparam=5")));
  EXPECT_TRUE(equivalent(read("sip:carol@chicago.com;newparam=5"),
                         read("sip:carol@chicago.com;security=on")));
  EXPECT_TRUE(
    equivalent(read("sip:a@[2001:DB8::0:1]"), read("sip:a@[2001:db8::1]")));
}

TEST(sip_uri, different_ones_do_not) {
  const std::vector<std::pair<std::string_view, std::string_view>> pairs{
    {"SIP:ALICE@AtLanTa.CoM;Transport=udp",
     "sip:alice@AtLanTa.CoM;Transport=UDP"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
    {"sip:bob@biloxi.com", "sips:bob@biloxi.com"},
    {"sip:carol@chicago.com?Subject=next", "sip:carol@chicago.com"},
    {"sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on"},
  };
  for (const auto& [lhs, rhs] : pairs) {
    EXPECT_FALSE(equivalent(read(lhs), read(rhs))) << lhs << " " << rhs;
    EXPECT_FALSE(equivalent(read(rhs), read(lhs))) << lhs << " " << rhs;
  }
}

TEST(sip_uri, the_port_defaults_by_scheme) {
  EXPECT_EQ(effective_port(read("sip:a@b")), 5060);
  EXPECT_EQ(effective_port(read("sips:a@b")), 5061);
  EXPECT_EQ(effective_port(read("sip:a@b;transport=TLS")), 5061);
  EXPECT_EQ(effective_port(read("sip:a@b;transport=tcp")), 5060);
  EXPECT_EQ(effective_port(read("sip:a@b:7")), 7);
}

TEST(sip_contact, the_address_of_the_phone_is_accepted) {
  EXPECT_TRUE(check_contact(read("sip:alice@192.0.2.7:5070;transport=tcp"),
                            phone_at("192.0.2.7")));
  EXPECT_TRUE(
    check_contact(read("sips:alice@[2001:db8:0::1]"), phone_at("2001:db8::1")));
}

TEST(sip_contact, anything_that_leads_elsewhere_is_refused) {
  for (const auto text :
       {"sip:alice@192.0.2.8", "sip:alice@example.org",
        "sip:alice@192.0.2.7;maddr=192.0.2.8", "sip:alice@192.0.2.7?Route=x",
        "sip:alice@[2001:db8::1]", "sip:alice@192.0.2.07"})
    EXPECT_FALSE(check_contact(read(text), phone_at("192.0.2.7"))) << text;
}

} // namespace carillon::sip
