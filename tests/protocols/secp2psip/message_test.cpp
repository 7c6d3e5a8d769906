#include "protocols/secp2psip/message.hpp"
#include "tests/protocols/secp2psip/parties.hpp"

using namespace carillon;
using namespace carillon::secp2psip;

namespace {

message_head head() {
  return {test::ring_named("test"),
          identity::suite::ed25519_x25519,
          identity::security_mode::signed_mode,
          "alice@example.org",
          "bob@example.org",
          message_nonce{1, 2, 3},
          test::now};
}

answered_message answered() {
  return {message_nonce{4, 5, 6}, identity::fingerprint::of(as_bytes("x"))};
}

std::vector<any_message> one_of_each() {
  return {
    register_message{head(), "192.0.2.10:7480", to_bytes("bundle"),
                     to_bytes("location"), to_bytes("succession"),
                     to_bytes("admission")},
    register_message{head(), "[2001:db8::1]:7480", to_bytes("bundle"),
                     std::nullopt, std::nullopt, std::nullopt},
    registered_message{head(), answered(), test::ring_named("descriptor"),
                       to_bytes("admission")},
    invite_message{head(), test::sip_invite()},
    redirect_message{head(), answered(), test::sip_302()},
    refused_message{head(), answered(), 480, "no phone is registered"},
  };
}

bytes encode(const any_message& content) {
  return *complete(content, *encode_signed_part(content), as_bytes("sig"));
}

errc refusal_of(const bytes& data) {
  const auto result = decode(data);
  return result ? errc::count_ : result.error().code;
}

/// Splits a message into its lines, the SIP bytes being part of the last.
std::vector<std::string> lines_of(const bytes& data) {
  std::string text{as_text(data)};
  std::vector<std::string> result;
  size_t start = 0;
  while (start < text.size()) {
    const auto is_last = text.compare(start, 11, "SIP Request") == 0;
    const auto end = is_last ? text.size() : text.find("\r\n", start) + 2;
    result.push_back(text.substr(start, end - start));
    start = end;
  }
  return result;
}

bytes join(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += line;
  return to_bytes(text);
}

} // namespace

TEST(message, comes_back_as_it_was_written) {
  for (const auto& content : one_of_each()) {
    const auto data = encode(content);
    const auto result = decode(data);
    ASSERT_TRUE(result) << as_text(data) << to_string(result.error());
    EXPECT_EQ(result->content, content);
    EXPECT_EQ(result->signature, to_bytes("sig"));
    EXPECT_EQ(result->signed_bytes, *encode_signed_part(content));
    EXPECT_EQ(result->hash, identity::fingerprint::of(data));
  }
}

TEST(message, has_the_form_of_the_documentation) {
  const auto data = encode(invite_message{head(), to_bytes("INVITE ...")});
  EXPECT_EQ(as_text(data),
            "SECP2PSIP INVITE\r\n"
            "Version: 1\r\n"
            "Ring: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0"
            "f00a08\r\n"
            "Suite: ed25519-x25519\r\n"
            "Mode: signed\r\n"
            "Name: alice@example.org\r\n"
            "To: bob@example.org\r\n"
            "Nonce: 01020300000000000000000000000000\r\n"
            "Time: 1700000000\r\n"
            "Hash: "
              + identity::fingerprint::of(as_bytes("INVITE ...")).to_hex()
              + "\r\n"
                "SignedHash: c2ln\r\n"
                "SIP Request: 10\r\n"
                "INVITE ...");
}

TEST(message, refuses_fields_in_another_order) {
  for (const auto& content : one_of_each()) {
    const auto lines = lines_of(encode(content));
    ASSERT_TRUE(decode(join(lines)));
    for (size_t i = 0; i < lines.size(); ++i) {
      for (size_t j = i + 1; j < lines.size(); ++j) {
        auto swapped = lines;
        std::swap(swapped[i], swapped[j]);
        EXPECT_EQ(refusal_of(join(swapped)), errc::malformed)
          << lines[i] << lines[j];
      }
    }
  }
}

TEST(message, refuses_missing_repeated_and_unknown_fields) {
  for (const auto& content : one_of_each()) {
    const auto lines = lines_of(encode(content));
    for (size_t i = 0; i < lines.size(); ++i) {
      auto fewer = lines;
      fewer.erase(fewer.begin() + int(i));
      // Of a REGISTER only a renewal has an admission.
      const bool is_optional = std::holds_alternative<register_message>(content)
        && lines[i].starts_with("Admission: ");
      EXPECT_EQ(refusal_of(join(fewer)) == errc::malformed, !is_optional)
        << lines[i];
      auto twice = lines;
      twice.insert(twice.begin() + int(i), lines[i]);
      EXPECT_EQ(refusal_of(join(twice)), errc::malformed) << lines[i];
      auto more = lines;
      more.insert(more.begin() + int(i), "Subject: hello\r\n");
      EXPECT_EQ(refusal_of(join(more)), errc::malformed) << lines[i];
    }
    auto longer = lines;
    longer.emplace_back("Subject: hello\r\n");
    EXPECT_EQ(refusal_of(join(longer)), errc::malformed);
  }
}

TEST(message, refuses_every_truncation) {
  for (const auto& content : one_of_each()) {
    const auto data = encode(content);
    for (size_t size = 0; size < data.size(); ++size)
      EXPECT_FALSE(decode(byte_view{data}.first(size))) << size;
  }
}

TEST(message, refuses_bare_line_feeds) {
  for (const auto& content : one_of_each()) {
    const auto data = encode(content);
    EXPECT_FALSE(decode(test::replace(data, "\r\n", "\n")));
  }
}

TEST(message, refuses_unknown_values) {
  const auto data = encode(invite_message{head(), test::sip_invite()});
  EXPECT_EQ(refusal_of(test::replace(data, "Version: 1", "Version: 2")),
            errc::unsupported_version);
  EXPECT_EQ(refusal_of(test::replace(data, "ed25519-x25519", "none")),
            errc::unsupported_suite);
  EXPECT_EQ(refusal_of(test::replace(data, "Mode: signed", "Mode: plain")),
            errc::wrong_mode);
  EXPECT_EQ(refusal_of(test::replace(data, " INVITE\r\n", " BYE\r\n")),
            errc::malformed);
  EXPECT_EQ(refusal_of(test::replace(data, "1700000000", "253402300800")),
            errc::too_large);
  const auto refused = encode(refused_message{head(), answered(), 480, "x"});
  EXPECT_EQ(refusal_of(test::replace(refused, "480", "399")), errc::malformed);
  EXPECT_EQ(refusal_of(test::replace(refused, "480", "700")), errc::too_large);
}

TEST(message, refuses_sip_bytes_with_another_hash) {
  const auto data = encode(invite_message{head(), test::sip_invite()});
  EXPECT_EQ(
    refusal_of(test::replace(data, "Max-Forwards: 70", "Max-Forwards: 71")),
    errc::hash_mismatch);
}

TEST(message, refuses_what_is_too_large) {
  const bytes huge(defaults::max_message_size + 1, 'x');
  EXPECT_EQ(refusal_of(huge), errc::too_large);
  const invite_message content{head(), huge};
  const auto result =
    complete(content, *encode_signed_part(content), as_bytes("sig"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, errc::too_large);
}

TEST(message, is_not_written_with_values_that_could_not_be_read) {
  auto line_break = head();
  line_break.name = "alice@example.org\r\nMode: signed";
  EXPECT_FALSE(encode_signed_part(invite_message{line_break, bytes{1}}));
  auto empty = head();
  empty.to.clear();
  EXPECT_FALSE(encode_signed_part(invite_message{empty, bytes{1}}));
  auto long_name = head();
  long_name.name = std::string(defaults::max_name_size + 1, 'a');
  EXPECT_FALSE(encode_signed_part(invite_message{long_name, bytes{1}}));
  EXPECT_FALSE(
    encode_signed_part(refused_message{head(), answered(), 200, "fine"}));
  EXPECT_FALSE(encode_signed_part(
    refused_message{head(), answered(), 403, std::string(257, 'x')}));
  EXPECT_FALSE(encode_signed_part(
    refused_message{head(), answered(), 403, "b\xc3\xb6se"}));
  EXPECT_FALSE(encode_signed_part(register_message{
    head(), "192.0.2.1:1", {}, std::nullopt, std::nullopt, std::nullopt}));
}
