#include "protocols/sip/name_addr.hpp"

#include <gtest/gtest.h>

namespace carillon::sip {

TEST(sip_name_addr, parts_are_read) {
  const auto value =
    name_addr::parse("\"A \\\"x\\\" <B>\" <sip:a@b;lr>;tag=1;q=0.5").value();
  EXPECT_EQ(value.display, "A \"x\" <B>");
  EXPECT_EQ(value.address, "sip:a@b;lr");
  EXPECT_EQ(value.tag(), "1");
  EXPECT_EQ(value.q(), 500u);
}

TEST(sip_name_addr, without_brackets_parameters_belong_to_the_header) {
  const auto value = name_addr::parse("sip:a@b;tag=1").value();
  EXPECT_EQ(value.address, "sip:a@b");
  EXPECT_EQ(value.tag(), "1");
}

TEST(sip_name_addr, other_schemes_and_the_wildcard_pass) {
  EXPECT_EQ(name_addr::parse("<tel:+123>").value().address, "tel:+123");
  EXPECT_EQ(name_addr::parse("*").value().address, "*");
}

TEST(sip_name_addr, printing_gives_what_parsing_took) {
  for (const auto text : {"*", "<sip:a@b>;tag=x", "\"A \\\" B\" <sips:a@b;lr>",
                          "<sip:a@[::1]:5060>;+x=\"a;b,c\";flag"})
    EXPECT_EQ(to_string(name_addr::parse(text).value()), text);
}

TEST(sip_name_addr, anything_malformed_is_refused) {
  for (const auto text :
       {"", "<>", "<sip:a@b", "<sip:a@b>x", "x y z", "<sip:a@b>;tag=1;tag=2",
        "<sip:a b@c>", "<sip:a@b>, <sip:c@d>", "\"x <sip:a@b>",
        "<sip:a@b>\r\nX: y"})
    EXPECT_FALSE(name_addr::parse(text)) << text;
}

TEST(sip_name_addr, q_values_are_read_strictly) {
  const auto q = [](std::string_view text) {
    name_addr value;
    value.params.set("q", text);
    return value.q();
  };
  EXPECT_EQ(q("0"), 0u);
  EXPECT_EQ(q("1"), 1000u);
  EXPECT_EQ(q("1.000"), 1000u);
  EXPECT_EQ(q("0."), 0u);
  EXPECT_EQ(q("0.125"), 125u);
  EXPECT_EQ(q("0.7"), 700u);
  for (const auto text : {"", "2", "1.1", "0.1234", "-0", ".5", "0,5", "0.x"})
    EXPECT_FALSE(q(text)) << text;
  EXPECT_EQ(name_addr{}.q(), 1000u);
}

TEST(sip_name_addr, q_values_are_printed_shortly) {
  EXPECT_EQ(print_q(1000), "1");
  EXPECT_EQ(print_q(0), "0");
  EXPECT_EQ(print_q(500), "0.5");
  EXPECT_EQ(print_q(125), "0.125");
  EXPECT_EQ(print_q(5), "0.005");
}

} // namespace carillon::sip
