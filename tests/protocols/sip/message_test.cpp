#include "protocols/sip/build.hpp"
#include "protocols/sip/message.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;

std::string text_of(const message& msg) {
  return std::string{as_text(msg.print())};
}

} // namespace

TEST(sip_message, fields_are_edited_by_name_without_case) {
  auto msg = message::request("OPTIONS", "sip:a@b");
  msg.append("X", "2");
  msg.append("Y", "3");
  msg.prepend("x", "1");
  EXPECT_THAT(msg.all("X"), ElementsAre("1", "2"));
  msg.remove_first("X");
  EXPECT_THAT(msg.all("X"), ElementsAre("2"));
  msg.append("x", "4");
  msg.set("X", "5");
  EXPECT_THAT(msg.all("X"), ElementsAre("5"));
  EXPECT_EQ(msg.fields().front().value, "5");
  msg.set("Z", "6");
  EXPECT_EQ(msg.fields().back().value, "6");
  EXPECT_EQ(msg.remove("x"), 1u);
  EXPECT_FALSE(msg.first("X"));
  EXPECT_EQ(msg.remove("x"), 0u);
}

TEST(sip_message, missing_fields_read_as_empty) {
  const auto msg = message::request("OPTIONS", "sip:a@b");
  EXPECT_EQ(msg.top_via(), via{});
  EXPECT_EQ(msg.from(), name_addr{});
  EXPECT_EQ(msg.call_id(), "");
  EXPECT_EQ(msg.cseq(), cseq{});
  EXPECT_FALSE(msg.max_forwards());
  EXPECT_FALSE(msg.expires());
  EXPECT_TRUE(msg.contacts().empty());
}

TEST(sip_message, printing_counts_the_body) {
  auto msg = message::request("MESSAGE", "sip:a@b");
  msg.body(to_bytes("hi\r\n"), "text/plain");
  EXPECT_EQ(text_of(msg),
            "MESSAGE sip:a@b SIP/2.0\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 4\r\n\r\nhi\r\n");
  msg.body({}, "");
  EXPECT_EQ(text_of(msg),
            "MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n");
}

TEST(sip_message, responses_copy_what_the_request_said) {
  const auto request =
    make_request("INVITE", "z9hG4bK1",
                 "Via: SIP/2.0/UDP up;branch=z9hG4bK2\n"
                 "Record-Route: <sip:p;lr>\nTimestamp: 54\nX-Other: y\n");
  EXPECT_EQ(text_of(make_response(request, 180, "t")),
            crlf("SIP/2.0 180 Ringing\n"
                 "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1;rport\n"
                 "Via: SIP/2.0/UDP up;branch=z9hG4bK2\n"
                 "Record-Route: <sip:p;lr>\n"
                 "From: <sip:alice@example.org>;tag=a1\n"
                 "To: <sip:bob@example.org>;tag=t\n"
                 "Call-ID: call-1\n"
                 "CSeq: 1 INVITE\n"
                 "Content-Length: 0\n\n"));
  const auto trying = make_response(request, 100, "t");
  EXPECT_EQ(trying.to().tag(), "");
  EXPECT_EQ(trying.first("Timestamp"), "54");
  EXPECT_FALSE(make_response(request, 302, "t").first("Record-Route"));
}

TEST(sip_message, a_tag_that_is_there_stays) {
  auto request = make_request("BYE");
  request.set("To", "<sip:bob@example.org>;tag=theirs");
  EXPECT_EQ(make_response(request, 481, "mine").to().tag(), "theirs");
}

TEST(sip_message, reasons_follow_the_status) {
  EXPECT_EQ(reason_phrase(302), "Moved Temporarily");
  EXPECT_EQ(reason_phrase(499), "Bad Request");
  EXPECT_EQ(reason_phrase(799), "Unknown");
  EXPECT_EQ(make_response(make_request("BYE"), 403, "t", "No Way").reason(),
            "No Way");
}

TEST(sip_message, the_ack_of_a_failure_repeats_the_invite) {
  const auto invite = make_request("INVITE", "z9hG4bK1",
                                   "Via: SIP/2.0/UDP up;branch=z9hG4bK2\n"
                                   "Route: <sip:p1;lr>, <sip:p2;lr>\n");
  const auto response = make_response(invite, 486, "t");
  EXPECT_EQ(text_of(make_ack(invite, response)),
            crlf("ACK sip:bob@example.org SIP/2.0\n"
                 "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1;rport\n"
                 "Max-Forwards: 70\n"
                 "Route: <sip:p1;lr>\n"
                 "Route: <sip:p2;lr>\n"
                 "From: <sip:alice@example.org>;tag=a1\n"
                 "To: <sip:bob@example.org>;tag=t\n"
                 "Call-ID: call-1\n"
                 "CSeq: 1 ACK\n"
                 "Content-Length: 0\n\n"));
}

TEST(sip_message, a_cancel_repeats_the_invite_without_requirements) {
  const auto invite = make_request("INVITE", "z9hG4bK1",
                                   "Require: a\nProxy-Require: b\n"
                                   "Route: <sip:p1;lr>\n");
  const auto cancel = make_cancel(invite);
  EXPECT_EQ(cancel.top_via(), invite.top_via());
  EXPECT_EQ(cancel.cseq(), (cseq{1, "CANCEL"}));
  EXPECT_EQ(cancel.to().tag(), "");
  EXPECT_EQ(cancel.first("Route"), "<sip:p1;lr>");
  EXPECT_FALSE(cancel.first("Require"));
  EXPECT_FALSE(cancel.first("Proxy-Require"));
}

TEST(sip_message, credentials_are_stripped) {
  auto request = make_request("INVITE", "z9hG4bK1",
                              "Authorization: Digest username=\"a\"\n"
                              "Proxy-Authorization: Digest username=\"a\"\n"
                              "Authorization: Basic x\n");
  EXPECT_TRUE(request.first("Authorization"));
  strip_credentials(request);
  EXPECT_EQ(text_of(request).find("uthorization"), std::string::npos);
}

TEST(sip_message, warnings_cannot_smuggle_headers) {
  auto response = make_response(make_request("INVITE"), 403, "t");
  add_warning(response, "carillon", "bad \"share\"\r\nX: y");
  EXPECT_EQ(response.first("Warning"),
            "399 carillon \"bad \\\"share\\\"  X: y\"");
}

} // namespace carillon::sip
