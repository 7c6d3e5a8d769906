#include "protocols/sip/digest.hpp"
#include "protocols/sip/digest_authenticator.hpp"
#include "protocols/sip/text.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"
#include <fstream>

namespace carillon::sip {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using verdict = digest_authenticator::verdict;

constexpr std::string_view sound =
  "Digest username=\"alice\", realm=\"example.org\", nonce=\"n\", "
  "uri=\"sip:example.org\", response=\"r\", algorithm=SHA-256, "
  "cnonce=\"c\", qop=auth, nc=00000001";

/// The sound credentials with one part replaced or, for "", removed.
std::string with(std::string_view part, std::string_view replacement) {
  std::string text{sound};
  const auto begin = text.find(part);
  const auto end = std::min(text.find(", ", begin), text.size());
  return text.replace(begin, end - begin, replacement);
}

class authentication : public testing::Test {
protected:
  /// What a phone answers to the first challenge.
  std::string
  answer(const std::string& nonce, const std::string& count,
         const std::string& password = "secret",
         const std::string& user = "alice",
         digest_algorithm algorithm = digest_algorithm::sha256) const {
    digest_credentials given;
    given.username = user;
    given.realm = "example.org";
    given.nonce = nonce;
    given.uri = "sip:example.org";
    given.algorithm = algorithm;
    given.cnonce = "c";
    given.qop = "auth";
    given.nc = count;
    const auto ha1 = make_ha1(algorithm, user, "example.org", password);
    return "Digest username=\"" + user + "\", realm=\"example.org\", nonce=\""
      + nonce + "\", uri=\"sip:example.org\", algorithm="
      + std::string{to_string(algorithm)} + ", cnonce=\"c\", qop=auth, nc="
      + count + ", response=\"" + digest_response(given, ha1, "REGISTER") + '"';
  }

  std::string nonce(duration after = {}) const {
    const auto value = subject.challenges(epoch + after, false).at(0);
    const auto begin = value.find("nonce=\"") + 7;
    return value.substr(begin, value.find('"', begin) - begin);
  }

  verdict verify(const std::string& value, duration after = {},
                 std::string_view uri = "sip:example.org") {
    last = subject.verify({value}, "REGISTER", uri, lookup, epoch + after);
    return last.status;
  }

  static std::optional<std::string> lookup(std::string_view user,
                                           digest_algorithm algorithm) {
    if (user != "alice")
      return std::nullopt;
    return make_ha1(algorithm, user, "example.org", "secret");
  }

  static digest_authenticator::config options() {
    digest_authenticator::config result;
    result.realm = "example.org";
    result.max_tracked_nonces = 2;
    return result;
  }

  digest_authenticator subject{options(), bytes(16, 3)};
  digest_authenticator::result last;
};

} // namespace

TEST(digest, published_responses_are_reproduced) {
  std::ifstream in{CARILLON_TEST_DATA "/digest.txt"};
  size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#'))
      continue;
    const auto part = split(line, '|');
    ASSERT_EQ(part.size(), 10u);
    digest_credentials given;
    given.algorithm = parse_digest_algorithm(part[0]).value();
    given.nonce = part[4];
    given.uri = part[5];
    given.nc = part[6];
    given.cnonce = part[7];
    given.qop = "auth";
    const auto ha1 = make_ha1(given.algorithm, part[1], part[2], part[3]);
    EXPECT_EQ(digest_response(given, ha1, part[8]), part[9]) << line;
    EXPECT_NE(digest_response(given, ha1, "PUT"), part[9]) << line;
    ++count;
  }
  EXPECT_EQ(count, 4u);
}

TEST(digest, credentials_are_read) {
  const auto given = digest_credentials::parse(sound).value();
  EXPECT_EQ(given.username, "alice");
  EXPECT_EQ(given.realm, "example.org");
  EXPECT_EQ(given.algorithm, digest_algorithm::sha256);
  EXPECT_EQ(given.nc, "00000001");
  EXPECT_EQ(digest_credentials::parse(with("username", "username=\"a,\\\"b\""))
              .value()
              .username,
            "a,\"b");
  EXPECT_EQ(digest_credentials::parse(with("algorithm", "opaque=\"x\""))
              .value()
              .algorithm,
            digest_algorithm::md5);
}

TEST(digest, malformed_credentials_are_refused) {
  for (const auto& text :
       {std::string{}, std::string{"Digest"}, std::string{"Basic abc"},
        std::string{"Digest x"}, with("username", "x=y"), with("realm", "x=y"),
        with("nonce=\"n\"", "x=y"), with("uri", "x=y"), with("response", "x=y"),
        with("cnonce", "x=y"), with("algorithm", "realm=\"z\""),
        with("nc=", "nc=1"), with("nc=", "nc=0000000g"), with("nc=", "=1")}) {
    const auto result = digest_credentials::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, errc::malformed) << text;
  }
}

TEST(digest, unsupported_credentials_are_refused_as_such) {
  for (const auto& text :
       {with("algorithm", "algorithm=SHA-1"),
        with("algorithm", "algorithm=MD5-sess"), with("qop", "qop=auth-int"),
        with("qop", "x=y"), with("algorithm", "userhash=true")}) {
    const auto result = digest_credentials::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, errc::unsupported_suite) << text;
  }
}

TEST_F(authentication, one_challenge_is_offered_for_each_algorithm) {
  EXPECT_THAT(
    subject.challenges(epoch, false),
    ElementsAre(AllOf(HasSubstr("algorithm=SHA-256"),
                      HasSubstr("realm=\"example.org\""),
                      HasSubstr("qop=\"auth\""), Not(HasSubstr("stale"))),
                HasSubstr("algorithm=MD5")));
  EXPECT_THAT(subject.challenges(epoch, true).at(0), HasSubstr("stale=true"));
}

TEST_F(authentication, right_credentials_are_accepted) {
  EXPECT_EQ(verify(answer(nonce(), "00000001")), verdict::accepted);
  EXPECT_EQ(last.user, "alice");
  EXPECT_EQ(verify(answer(nonce(ms(1)), "00000001", "secret", "alice",
                          digest_algorithm::md5),
                   ms(2)),
            verdict::accepted);
}

TEST_F(authentication, wrong_credentials_are_refused) {
  EXPECT_EQ(verify(answer(nonce(), "00000001", "guess")), verdict::refused);
  EXPECT_EQ(verify(answer(nonce(), "00000001", "secret", "bob")),
            verdict::refused);
  EXPECT_EQ(verify(answer(nonce(), "00000001", "secret", "alice",
                          digest_algorithm::sha512_256)),
            verdict::refused);
  EXPECT_EQ(
    subject.verify({}, "REGISTER", "sip:example.org", lookup, epoch).status,
    verdict::refused);
  EXPECT_EQ(last.user, "");
}

TEST_F(authentication, credentials_for_another_request_are_refused) {
  EXPECT_EQ(verify(answer(nonce(), "00000001"), {}, "sip:example.net"),
            verdict::malformed);
  const auto value = answer(nonce(), "00000001");
  EXPECT_EQ(
    subject.verify({value}, "INVITE", "sip:example.org", lookup, epoch).status,
    verdict::refused);
  EXPECT_EQ(verify("Digest x"), verdict::malformed);
}

TEST_F(authentication, credentials_of_other_realms_are_passed_over) {
  const auto value = answer(nonce(), "00000001");
  const std::string other =
    "Digest username=\"a\", realm=\"x\", nonce=\"n\", uri=\"sip:y\", "
    "response=\"r\", qop=auth, nc=00000001, cnonce=\"c\"";
  EXPECT_EQ(
    subject.verify({other, value}, "REGISTER", "sip:example.org", lookup, epoch)
      .status,
    verdict::accepted);
}

TEST_F(authentication, a_count_is_accepted_once_and_only_upwards) {
  const auto once = nonce();
  EXPECT_EQ(verify(answer(once, "00000002")), verdict::accepted);
  EXPECT_EQ(verify(answer(once, "00000002")), verdict::stale);
  EXPECT_EQ(verify(answer(once, "00000001")), verdict::stale);
  EXPECT_EQ(verify(answer(once, "0000000a")), verdict::accepted);
  EXPECT_EQ(verify(answer(nonce(ms(1)), "00000000"), ms(1)), verdict::stale);
}

TEST_F(authentication, old_and_foreign_nonces_are_stale) {
  const auto once = nonce();
  EXPECT_EQ(verify(answer(once, "00000001"), std::chrono::minutes{6}),
            verdict::stale);
  EXPECT_EQ(verify(answer(nonce(ms(10)), "00000001")), verdict::stale);
  EXPECT_EQ(verify(answer("abc", "00000001")), verdict::stale);
  auto forged = once;
  forged[15] = forged[15] == '0' ? '1' : '0';
  EXPECT_EQ(verify(answer(forged, "00000001")), verdict::stale);
  // Wrong credentials are not called stale: that would confirm the password.
  EXPECT_EQ(verify(answer("abc", "00000001", "guess")), verdict::refused);
}

TEST_F(authentication, forgetting_a_nonce_does_not_revive_it) {
  const auto first = nonce();
  EXPECT_EQ(verify(answer(first, "00000001")), verdict::accepted);
  EXPECT_EQ(verify(answer(nonce(ms(1)), "00000001"), ms(2)), verdict::accepted);
  EXPECT_EQ(verify(answer(nonce(ms(2)), "00000001"), ms(2)), verdict::accepted);
  EXPECT_EQ(verify(answer(first, "00000002"), ms(3)), verdict::stale);
  EXPECT_EQ(verify(answer(nonce(ms(2)), "00000002"), ms(3)), verdict::accepted);
}

} // namespace carillon::sip
