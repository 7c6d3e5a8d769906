#include "protocols/sip/stream_framer.hpp"

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

std::string options(const std::string& length_line, const std::string& body) {
  return crlf("OPTIONS sip:bob@example.org SIP/2.0\n"
              "Via: SIP/2.0/TCP 192.0.2.7;branch=z9hG4bK1\n"
              "From: <sip:alice@example.org>;tag=a1\n"
              "To: <sip:bob@example.org>\n"
              "Call-ID: call-1\n"
              "CSeq: 1 OPTIONS\n"
              + length_line + "\n")
    + body;
}

std::vector<std::string> texts(const std::vector<bytes>& messages) {
  std::vector<std::string> result;
  for (const auto& item : messages)
    result.emplace_back(as_text(item));
  return result;
}

} // namespace

TEST(stream_framer, a_stream_may_be_split_at_any_octet) {
  const auto first = options("Content-Length: 5\n", "a\r\n\r\n");
  const auto second = options("l : 0\n", "");
  const auto stream = "\r\n\r\n" + first + second + "\r\n\r\n";
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    stream_framer framer;
    auto one = framer.feed(as_bytes(stream).first(cut));
    auto two = framer.feed(as_bytes(stream).subspan(cut));
    auto all = texts(one.messages);
    for (auto& text : texts(two.messages))
      all.push_back(std::move(text));
    EXPECT_EQ(all, (std::vector{first, second})) << cut;
    EXPECT_EQ(one.pings + two.pings, 2u) << cut;
    EXPECT_FALSE(one.failure || two.failure) << cut;
    EXPECT_FALSE(framer.mid_message());
  }
}

TEST(stream_framer, octets_may_come_one_by_one) {
  const auto text = options("Content-Length: 3\n", "abc");
  stream_framer framer;
  std::vector<bytes> messages;
  for (const char c : text) {
    EXPECT_TRUE(messages.empty());
    messages = framer.feed(as_bytes({&c, 1})).messages;
  }
  EXPECT_EQ(texts(messages), std::vector{text});
}

TEST(stream_framer, single_line_ends_are_no_pings) {
  stream_framer framer;
  EXPECT_EQ(framer.feed(as_bytes("\r\n")).pings, 0u);
  EXPECT_EQ(framer.feed(as_bytes(options("l: 0\n", ""))).pings, 0u);
  EXPECT_EQ(framer.feed(as_bytes("\r\n")).pings, 0u);
}

TEST(stream_framer, it_tells_when_a_message_is_under_way) {
  stream_framer framer;
  EXPECT_FALSE(framer.mid_message());
  EXPECT_TRUE(framer.feed(as_bytes("OPTI")).messages.empty());
  EXPECT_TRUE(framer.mid_message());
}

TEST(stream_framer, a_bad_content_length_ends_the_stream_with_a_400) {
  for (const auto line :
       {"", "Content-Length: \n", "Content-Length: x\n", "Content-Length: -1\n",
        "Content-Length: 5 5\n", "Content-Length: 99999999999999999999\n",
        "Content-Length: 0\nContent-Length: 0\n", "Content-Length: 0\nl: 0\n",
        "Content-Length: 1\n 0\n", "Content-Length:\n 0\n"}) {
    stream_framer framer;
    const auto out = framer.feed(as_bytes(options(line, "")));
    ASSERT_TRUE(out.failure) << line;
    EXPECT_TRUE(out.messages.empty());
    EXPECT_EQ(out.failure->status, 400u);
    EXPECT_TRUE(out.failure->request) << line;
    const auto later = framer.feed(as_bytes(options("l: 0\n", "")));
    EXPECT_TRUE(later.messages.empty());
    EXPECT_FALSE(later.failure);
  }
}

TEST(stream_framer, messages_before_the_failure_are_given) {
  stream_framer framer;
  const auto good = options("l: 0\n", "");
  const auto out = framer.feed(as_bytes(good + options("", "")));
  EXPECT_EQ(texts(out.messages), std::vector{good});
  EXPECT_TRUE(out.failure);
}

TEST(stream_framer, a_body_above_the_cap_ends_the_stream_with_a_513) {
  stream_framer framer{2000, 1000};
  const auto out = framer.feed(as_bytes(options("Content-Length: 2000\n", "")));
  ASSERT_TRUE(out.failure);
  EXPECT_EQ(out.failure->status, 513u);
  EXPECT_TRUE(out.failure->request);
}

TEST(stream_framer, a_head_without_end_ends_the_stream_with_a_513) {
  stream_framer framer{2000, 1000};
  const auto junk = std::string(999, 'x');
  EXPECT_FALSE(framer.feed(as_bytes(junk)).failure);
  const auto out = framer.feed(as_bytes(junk));
  ASSERT_TRUE(out.failure);
  EXPECT_EQ(out.failure->status, 513u);
  EXPECT_FALSE(framer.mid_message());
}

} // namespace carillon::sip
