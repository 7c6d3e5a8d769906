#include "protocols/sip/defaults.hpp"
#include "protocols/sip/parser.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace carillon::sip {

namespace {

using testing::ElementsAre;

/// A sound request; tests replace or add single lines.
constexpr std::string_view sound =
  "INVITE sip:bob@example.org SIP/2.0\n"
  "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa\n"
  "From: <sip:alice@example.org>;tag=a1\n"
  "To: <sip:bob@example.org>\n"
  "Call-ID: call-1\n"
  "CSeq: 1 INVITE\n"
  "\n";

std::string with(std::string_view line, std::string_view replacement) {
  std::string text{sound};
  const auto begin = text.find(line);
  const auto end = text.find('\n', begin);
  return text.replace(begin, end - begin, replacement);
}

std::string plus(std::string_view lines) {
  std::string text{sound};
  return text.insert(text.size() - 1, lines);
}

refused_message refused(std::string_view text) {
  auto result = parse_message(as_bytes(text));
  if (result)
    throw std::logic_error{"accepted: " + std::string{text}};
  return std::move(result.error());
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST(sip_parser, a_request_is_read) {
  const auto text = crlf("INVITE sip:Bob@example.org;x=%41 SIP/2.0\n"
                         "v: SIP/2.0/UDP a:5062;branch=z9hG4bKx, "
                         "SIP/2.0/TCP b;branch=z9hG4bKy\n"
                         "f:  \"A, l\" <sip:alice@example.org>;tag=1\n"
                         "To: <sip:bob@example.org>\n"
                         "i: abc@x\n"
                         "CSeq: 4711 \n"
                         " INVITE\n"
                         "m: <sip:a@192.0.2.7>;q=0.5, \"x,y\" <sip:c@d>\n"
                         "X-Other:  one,\n"
                         "\t two\n"
                         "Require: a, b\n"
                         "Require: c\n"
                         "Max-Forwards: 70\n"
                         "Expires: 30\n"
                         "c: text/plain\n"
                         "l: 3\n"
                         "\n")
    + "abcdef";
  const auto msg = parse_message(as_bytes(text)).value();
  EXPECT_TRUE(msg.is_request());
  EXPECT_EQ(msg.method(), "INVITE");
  EXPECT_EQ(msg.request_uri(), "sip:Bob@example.org;x=%41");
  EXPECT_EQ(msg.all("via").size(), 2u);
  EXPECT_EQ(msg.top_via().host, "a");
  EXPECT_EQ(msg.from().display, "A, l");
  EXPECT_EQ(msg.from().tag(), "1");
  EXPECT_EQ(msg.to().address, "sip:bob@example.org");
  EXPECT_EQ(msg.call_id(), "abc@x");
  EXPECT_EQ(msg.cseq(), (cseq{4711, "INVITE"}));
  ASSERT_EQ(msg.contacts().size(), 2u);
  EXPECT_EQ(msg.contacts()[0].q(), 500u);
  EXPECT_EQ(msg.contacts()[1].display, "x,y");
  EXPECT_THAT(msg.items("Require"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(msg.max_forwards(), 70u);
  EXPECT_EQ(msg.expires(), 30u);
  EXPECT_EQ(msg.first("Content-Type"), "text/plain");
  EXPECT_EQ(as_text(msg.body()), "abc");
  EXPECT_EQ(as_text(msg.raw()), text);
  ASSERT_TRUE(msg.first("x-other"));
  EXPECT_TRUE(msg.first("x-other")->starts_with("one,"));
  EXPECT_EQ(msg.first("x-other")->find('\n'), std::string_view::npos);
}

TEST(sip_parser, a_response_is_read) {
  auto text = with("INVITE", "SIP/2.0 180 Ringing  twice");
  const auto msg = parse_text(text);
  EXPECT_FALSE(msg.is_request());
  EXPECT_EQ(msg.status(), 180u);
  EXPECT_EQ(msg.reason(), "Ringing  twice");
  EXPECT_EQ(msg.method(), "INVITE");
}

TEST(sip_parser, printing_and_parsing_come_to_rest) {
  const auto once = parse_text(plus("Contact: <sip:a@192.0.2.7>;expires=5\n"
                                    "Supported: path, 100rel\n"
                                    "Route: <sip:p1;lr>, <sip:p2;lr>\n"
                                    "Subject: a \"b\" c\n"
                                    "X-Empty:\n"))
                      .print();
  const auto twice = parse_message(once).value().print();
  EXPECT_EQ(as_text(once), as_text(twice));
}

TEST(sip_parser, values_of_any_length_are_read_whole) {
  for (size_t size = 400; size < 1200; ++size) {
    const std::string long_text(size, 'x');
    const auto msg =
      parse_text(plus("Contact: <sip:bob@192.0.2.1>;x=" + long_text
                      + "\nUser-Agent: " + long_text + "\n"));
    ASSERT_EQ(msg.contacts().size(), 1u);
    EXPECT_EQ(msg.contacts().front().params.get("x"), long_text);
    EXPECT_EQ(msg.first("User-Agent"), long_text);
  }
}

TEST(sip_parser, long_lists_are_read_whole) {
  std::string contacts;
  for (int i = 0; i < 12; ++i)
    contacts += "Contact: <sip:bob-" + std::to_string(i)
      + "@192.0.2.1>;x=" + std::string(1000, 'x') + "\n";
  const auto all = parse_text(plus(contacts)).contacts();
  ASSERT_EQ(all.size(), 12u);
  for (const auto& contact : all)
    EXPECT_EQ(contact.params.get("x")->size(), 1000u);
}

TEST(sip_parser, fields_keep_their_order) {
  const auto msg = parse_text(plus("X-B: 1\nX-A: 2\nX-B: 3\n"));
  EXPECT_THAT(msg.all("X-B"), ElementsAre("1", "3"));
  std::vector<std::string> names;
  for (const auto& field : msg.fields())
    names.push_back(field.name);
  EXPECT_THAT(
    names,
    ElementsAre("Via", "From", "To", "Call-ID", "CSeq", "X-B", "X-A", "X-B"));
}

TEST(sip_parser, empty_lines_before_a_message_are_skipped) {
  EXPECT_TRUE(parse_message(as_bytes("\r\n\r\n" + crlf(sound))));
}

TEST(sip_parser, unreadable_headers_that_do_not_matter_are_ignored) {
  for (const auto line : {"Date: yesterday\n", "Expires: soon\n",
                          "Timestamp: x\n", "Accept: ;;;\n"})
    EXPECT_TRUE(parse_message(as_bytes(crlf(plus(line))))) << line;
}

TEST(sip_parser, a_400_says_what_is_wrong_where_an_answer_is_possible) {
  for (const auto& text :
       {with("INVITE", "INVITE  sip:bob@example.org SIP/2.0"),
        with("INVITE", "INVITE sip:bob@example.org SIP/2.0 "),
        with("INVITE", "INVITE sip:bob@example.org"),
        with("INVITE", "INVITE sip:b ob@example.org SIP/2.0"),
        with("CSeq", "CSeq: 1 OPTIONS"), plus("no colon here\n"),
        plus("Bad Name: x\n"), plus("Contact: <<\n"), plus("Contact: <sip:a\n"),
        plus("Max-Forwards: x\n"), plus("Max-Forwards: -1\n"),
        plus("Max-Forwards: 1\nMax-Forwards: 2\n"), plus("Route: <\n"),
        plus("Content-Length: 10\n"), plus("Content-Length: x\n"),
        plus("Content-Length: 0\nContent-Length: 0\n"), plus("Require: ;;\n"),
        plus("Route: <sip:a@-b>\n")}) {
    const auto result = refused(crlf(text));
    EXPECT_EQ(result.status, 400u) << text;
    EXPECT_EQ(result.why.code, errc::malformed) << text;
    const auto answer = make_refusal(result, udp_flow(), "t1");
    ASSERT_TRUE(answer) << text;
    EXPECT_EQ(answer->status(), 400u);
    EXPECT_EQ(answer->call_id(), "call-1");
    EXPECT_EQ(answer->to().tag(), "t1");
    EXPECT_EQ(answer->cseq().number, 1u);
    EXPECT_EQ(answer->top_via().branch(), "z9hG4bKa");
    EXPECT_TRUE(parse_message(answer->print())) << text;
  }
}

TEST(sip_parser, no_answer_is_made_up_where_its_fields_are_unreadable) {
  for (const auto& text :
       {with("Via", "X: y"), with("Via", "Via: SIP/2.0/UDP"),
        with("Via", "Via: SIP/2.0/UDP a b"), with("From", "X: y"),
        with("From", "From: <<"), with("To", "X: y"), with("Call-ID", "X: y"),
        with("CSeq", "X: y"), with("CSeq", "CSeq: INVITE"),
        with("CSeq", "CSeq: 2147483648 INVITE"),
        with("CSeq", "CSeq: 99999999999 INVITE"), plus("Call-ID: call-2\n"),
        plus("From: <sip:x@y>;tag=2\n"), plus("CSeq: 2 INVITE\n")}) {
    const auto result = refused(crlf(text));
    EXPECT_EQ(result.why.code, errc::malformed) << text;
    EXPECT_FALSE(result.request) << text;
    EXPECT_FALSE(make_refusal(result, udp_flow(), "t1"));
  }
}

TEST(sip_parser, responses_and_acks_are_never_answered) {
  EXPECT_FALSE(refused(crlf(with("INVITE", "SIP/2.0 99 Low"))).request);
  EXPECT_FALSE(refused(crlf(with("INVITE", "SIP/2.0 2000 High"))).request);
  EXPECT_FALSE(refused(crlf(with("INVITE", "SIP/2.0 abc No"))).request);
  EXPECT_FALSE(refused(crlf(with("INVITE", "ACK  sip:b@c SIP/2.0"))).request);
}

TEST(sip_parser, other_versions_get_a_505) {
  const auto result =
    refused(crlf(with("INVITE", "INVITE sip:bob@example.org SIP/7.0")));
  EXPECT_EQ(result.status, 505u);
  EXPECT_TRUE(result.request);
}

TEST(sip_parser, control_characters_and_lonely_line_ends_are_refused) {
  for (const char c : {'\0', '\x01', '\x1b', '\x7f', '\r', '\n'}) {
    const auto text = crlf(plus("Subject: a?b\n"));
    auto bad = text;
    bad[bad.find('?')] = c;
    EXPECT_TRUE(parse_message(as_bytes(text)));
    EXPECT_EQ(refused(bad).why.code, errc::malformed);
  }
}

TEST(sip_parser, what_is_no_message_at_all_is_refused_without_an_answer) {
  std::string binary;
  for (int i = 0; i < 512; ++i)
    binary += static_cast<char>(i * 7);
  for (const auto& text :
       {std::string{}, std::string(4, '\0'), std::string{"\r\n\r\n"},
        std::string{"hello"}, std::string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        binary, binary + "\r\n\r\n"})
    EXPECT_FALSE(refused(text).request);
}

TEST(sip_parser, a_truncated_message_is_refused_at_any_length) {
  const auto text = crlf(plus("Content-Length: 0\n"));
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse_message(as_bytes(text).first(size))) << size;
  EXPECT_TRUE(parse_message(as_bytes(text)));
}

TEST(sip_parser, oversized_messages_get_a_513) {
  const auto text = crlf(sound) + std::string(defaults::max_message_size, 'x');
  const auto result = refused(text);
  EXPECT_EQ(result.status, 513u);
  EXPECT_EQ(result.why.code, errc::too_large);
  EXPECT_TRUE(result.request);
}

TEST(sip_parser, too_long_headers_get_a_513) {
  const auto fits = "Subject: " + std::string(defaults::max_head_size / 2, 'x');
  EXPECT_TRUE(parse_message(as_bytes(crlf(plus(fits + '\n')))));
  const auto result = refused(crlf(plus(fits + '\n' + fits + '\n')));
  EXPECT_EQ(result.status, 513u);
  EXPECT_EQ(result.why.code, errc::too_large);
}

TEST(sip_parser, long_values_are_read_whole) {
  const std::string padding(2000, 'x');
  const auto contact = "<sip:a@192.0.2.7>;x=" + padding;
  const auto credentials =
    "Digest username=\"alice\", nonce=\"" + padding + '"';
  const auto result = parse_text(
    plus("Contact: " + contact + "\nAuthorization: " + credentials + '\n'));
  EXPECT_EQ(result.first("Contact"), contact);
  EXPECT_EQ(result.first("Authorization"), credentials);
}

TEST(sip_parser, the_parameters_of_a_value_are_bounded) {
  std::string list;
  for (size_t i = 0; i < defaults::max_parameters; ++i)
    list += ";x" + std::to_string(i);
  const std::string contact = "Contact: <sip:a@b>";
  EXPECT_TRUE(parse_message(as_bytes(crlf(plus(contact + list + '\n')))));
  EXPECT_EQ(refused(crlf(plus(contact + list + ";y\n"))).why.code,
            errc::malformed);
  EXPECT_TRUE(refused(crlf(with("From", "From: <sip:a@b>;tag=1" + list))).status
              == 400u);
}

TEST(sip_parser, too_many_headers_get_a_513) {
  std::string lines;
  for (size_t i = 0; i < defaults::max_header_fields; ++i)
    lines += "X: y\n";
  EXPECT_EQ(refused(crlf(plus(lines))).status, 513u);
  std::string list = "Contact: <sip:a@b>";
  for (size_t i = 0; i < defaults::max_header_fields; ++i)
    list += ",<sip:a@b>";
  EXPECT_EQ(refused(crlf(plus(list + '\n'))).status, 513u);
}

TEST(sip_parser, torture_messages_are_judged_as_their_names_say) {
  const std::filesystem::path folder{CARILLON_TEST_DATA "/torture"};
  size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    const auto name = file.path().filename().string();
    if (file.path().extension() != ".sip")
      continue;
    const auto text = crlf(read_file(file.path()));
    const auto result = parse_message(as_bytes(text));
    EXPECT_EQ(result.has_value(), name.starts_with("good_"))
      << name << (result ? "" : ": " + to_string(result.error().why));
    ++count;
  }
  EXPECT_EQ(count, 12u);
}

} // namespace carillon::sip
