#include "protocols/sip/build.hpp"
#include "protocols/sip/registrar.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto seconds(int64_t count) {
  return duration{std::chrono::seconds{count}};
}

class registration : public testing::Test {
protected:
  /// Applies a REGISTER with these lines.
  unsigned apply(const std::string& lines, uint32_t cseq,
                 const std::string& call_id = "reg-1", duration after = {}) {
    const auto request =
      parse_text("REGISTER sip:example.org SIP/2.0\n"
                 "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1"
                 "\nFrom: <sip:alice@example.org>;tag=a1\n"
                 "To: <sip:alice@example.org>\nCall-ID: "
                 + call_id + "\nCSeq: " + std::to_string(cseq) + " REGISTER\n"
                 + lines + "\n");
    last = subject.apply(request, source, epoch + after);
    return last.status;
  }

  /// The Contact values of a 200.
  std::vector<std::string> listed(duration after = {}) const {
    auto response = message::response(200, "OK");
    subject.describe(response, epoch + after);
    std::vector<std::string> result;
    for (const auto value : response.all("Contact"))
      result.emplace_back(value);
    return result;
  }

  registrar subject;
  registrar::outcome last;
  flow source = udp_flow();
};

} // namespace

TEST_F(registration, several_contacts_are_kept_in_order_of_preference) {
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>;q=0.2, <sip:a@192.0.2.7:2>\n"
                  "Contact: \"Desk\" <sip:a@192.0.2.7:3>;q=0.7;+x=\"y\"\n",
                  1),
            200u);
  EXPECT_TRUE(last.changed);
  EXPECT_THAT(listed(),
              ElementsAre("<sip:a@192.0.2.7:2>;q=1;expires=3600",
                          "\"Desk\" <sip:a@192.0.2.7:3>;+x=\"y\";q=0.7;"
                          "expires=3600",
                          "<sip:a@192.0.2.7:1>;q=0.2;expires=3600"));
  EXPECT_THAT(subject.redirect_contacts(epoch),
              ElementsAre("<sip:a@192.0.2.7:2>;q=1",
                          "<sip:a@192.0.2.7:3>;q=0.7",
                          "<sip:a@192.0.2.7:1>;q=0.2"));
}

TEST_F(registration, lifetimes_come_from_contact_header_or_default) {
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>;expires=90\n"
                  "Contact: <sip:a@192.0.2.7:2>\nExpires: 120\n",
                  1),
            200u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:3>\n", 2), 200u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:4>;expires=7200\n", 3), 200u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:5>;expires=soon\n", 4), 200u);
  EXPECT_THAT(listed(),
              ElementsAre("<sip:a@192.0.2.7:5>;q=1;expires=3600",
                          "<sip:a@192.0.2.7:4>;q=1;expires=3600",
                          "<sip:a@192.0.2.7:3>;q=1;expires=3600",
                          "<sip:a@192.0.2.7:2>;q=1;expires=120",
                          "<sip:a@192.0.2.7:1>;q=1;expires=90"));
}

TEST_F(registration, brief_lifetimes_get_a_423_and_change_nothing) {
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>, <sip:a@192.0.2.7:2>;"
                  "expires=59\n",
                  1),
            423u);
  EXPECT_THAT(listed(), IsEmpty());
  auto response = message::response(423, "Interval Too Brief");
  subject.describe(response, epoch);
  EXPECT_EQ(response.first("Min-Expires"), "60");
  EXPECT_FALSE(response.first("Contact"));
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>;expires=60\n", 2), 200u);
}

TEST_F(registration, bindings_expire) {
  apply("Contact: <sip:a@192.0.2.7:1>;expires=60\n"
        "Contact: <sip:a@192.0.2.7:2>;expires=90\n",
        1);
  EXPECT_EQ(subject.next_expiry(), epoch + seconds(60));
  EXPECT_THAT(listed(seconds(59) + ms(1)),
              ElementsAre("<sip:a@192.0.2.7:2>;q=1;expires=31",
                          "<sip:a@192.0.2.7:1>;q=1;expires=1"));
  EXPECT_EQ(subject.bindings(epoch + seconds(60)).size(), 1u);
  EXPECT_TRUE(subject.expire(epoch + seconds(60)));
  EXPECT_FALSE(subject.expire(epoch + seconds(60)));
  EXPECT_EQ(subject.next_expiry(), epoch + seconds(90));
  subject.expire(epoch + seconds(90));
  EXPECT_FALSE(subject.next_expiry());
}

TEST_F(registration, a_query_lists_and_changes_nothing) {
  apply("Contact: <sip:a@192.0.2.7:1>\n", 1);
  EXPECT_EQ(apply("", 2), 200u);
  EXPECT_FALSE(last.changed);
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(registration, zero_removes_one_contact) {
  apply("Contact: <sip:a@192.0.2.7:1>, <sip:a@192.0.2.7:2>\n", 1);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>;expires=0\n", 2), 200u);
  EXPECT_TRUE(last.changed);
  EXPECT_THAT(listed(), ElementsAre("<sip:a@192.0.2.7:2>;q=1;expires=3600"));
}

TEST_F(registration, the_wildcard_removes_all_with_expires_zero_only) {
  apply("Contact: <sip:a@192.0.2.7:1>, <sip:a@192.0.2.7:2>\n", 1);
  EXPECT_EQ(apply("Contact: *\n", 2), 400u);
  EXPECT_EQ(apply("Contact: *\nExpires: 60\n", 3), 400u);
  EXPECT_EQ(apply("Contact: *\nContact: <sip:a@192.0.2.7>\nExpires: 0\n", 4),
            400u);
  EXPECT_EQ(listed().size(), 2u);
  EXPECT_EQ(apply("Contact: *\nExpires: 0\n", 5), 200u);
  EXPECT_TRUE(last.changed);
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(apply("Contact: *\nExpires: 0\n", 6), 200u);
  EXPECT_FALSE(last.changed);
}

TEST_F(registration, equivalent_contacts_are_one_binding) {
  apply("Contact: <sip:a@192.0.2.7:1>\n", 1);
  apply("Contact: <SIP:%61@192.0.2.7:1>;q=0.5\n", 2);
  EXPECT_THAT(listed(), ElementsAre(testing::EndsWith(";q=0.5;expires=3600")));
  EXPECT_EQ(apply("Contact: <sip:b@192.0.2.7>, <sip:b@192.0.2.7>;q=0.1\n", 3),
            200u);
  EXPECT_EQ(listed().size(), 2u);
}

TEST_F(registration, an_older_request_of_the_same_call_id_changes_nothing) {
  apply("Contact: <sip:a@192.0.2.7:1>\n", 5);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>;expires=0\n", 5), 500u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:2>, <sip:a@192.0.2.7:1>\n", 4),
            500u);
  EXPECT_EQ(apply("Contact: *\nExpires: 0\n", 5), 500u);
  EXPECT_EQ(listed().size(), 1u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>;q=0.3\n", 1, "reg-2"), 200u);
  EXPECT_THAT(listed(), ElementsAre("<sip:a@192.0.2.7:1>;q=0.3;expires=3600"));
}

TEST_F(registration, an_expired_binding_does_not_block_an_old_cseq) {
  apply("Contact: <sip:a@192.0.2.7:1>;expires=60\n", 5);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:1>\n", 1, "reg-1", seconds(61)),
            200u);
  subject = registrar{};
  apply("Contact: <sip:a@192.0.2.7:1>;expires=60\n", 5);
  EXPECT_EQ(apply("Contact: *\nExpires: 0\n", 1, "reg-1", seconds(61)), 200u);
}

TEST_F(registration, foreign_and_malformed_contacts_are_refused) {
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.8>\n", 1), 403u);
  EXPECT_EQ(apply("Contact: <sip:a@phone.example.org>\n", 2), 403u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7;maddr=192.0.2.8>\n", 3), 403u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7?Route=x>\n", 4), 403u);
  EXPECT_EQ(apply("Contact: <tel:+123>\n", 5), 400u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7>;q=2\n", 6), 400u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7>, <sip:a@192.0.2.8>\n", 7), 403u);
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(registration, the_number_of_contacts_is_bounded) {
  registrar::config limits;
  limits.max_bindings = 2;
  subject = registrar{limits};
  apply("Contact: <sip:a@192.0.2.7:1>, <sip:a@192.0.2.7:2>\n", 1);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:3>\n", 2), 503u);
  EXPECT_EQ(apply("Contact: <sip:a@192.0.2.7:2>\n", 3), 200u);
  EXPECT_EQ(listed().size(), 2u);
}

TEST_F(registration, the_length_of_a_contact_is_bounded) {
  const auto contact = [](size_t size) {
    const std::string head = "<sip:a@192.0.2.7>;x=";
    return "Contact: " + head + std::string(size - head.size(), 'x') + '\n';
  };
  EXPECT_EQ(apply(contact(defaults::max_contact_size + 1), 1), 400u);
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(apply(contact(defaults::max_contact_size), 2), 200u);
}

TEST_F(registration, the_flow_of_a_phone_is_remembered) {
  apply("Contact: <sip:a@192.0.2.7:5070>;expires=60\n", 1);
  EXPECT_TRUE(subject.registered_from(udp_flow(), epoch));
  EXPECT_FALSE(subject.registered_from(udp_flow(), epoch + seconds(60)));
  EXPECT_FALSE(subject.registered_from(tcp_flow(), epoch));
  auto other = udp_flow();
  other.remote_port = 5071;
  EXPECT_FALSE(subject.registered_from(other, epoch));
  source = tcp_flow();
  apply("Contact: <sip:a@192.0.2.7:5071>\n", 2);
  EXPECT_TRUE(subject.registered_from(tcp_flow(), epoch));
  other = tcp_flow();
  other.connection = 10;
  EXPECT_FALSE(subject.registered_from(other, epoch));
}

} // namespace carillon::sip
