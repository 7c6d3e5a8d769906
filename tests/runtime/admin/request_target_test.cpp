#include "runtime/admin/request_target.hpp"
#include "runtime/defaults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace carillon;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(request_target, is_taken_apart) {
  const auto got = parse_request_target("/v1/lookup?key=bob@example.org&x=");
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_THAT(got->path, ElementsAre("v1", "lookup"));
  EXPECT_THAT(got->query,
              ElementsAre(Pair("key", "bob@example.org"), Pair("x", "")));
  ASSERT_NE(got->find("key"), nullptr);
  EXPECT_EQ(*got->find("key"), "bob@example.org");
  EXPECT_EQ(got->find("y"), nullptr);
}

TEST(request_target, may_be_the_root) {
  for (const auto* text : {"/", "/?"}) {
    const auto got = parse_request_target(text);
    ASSERT_TRUE(got) << text;
    EXPECT_THAT(got->path, IsEmpty());
    EXPECT_THAT(got->query, IsEmpty());
  }
}

TEST(request_target, is_decoded_once_and_after_it_was_split) {
  const auto got = parse_request_target("/a%2Fb/c%2525?k=a%26b%3Dc&p=x+y");
  ASSERT_TRUE(got);
  EXPECT_THAT(got->path, ElementsAre("a/b", "c%25"));
  EXPECT_THAT(got->query, ElementsAre(Pair("k", "a&b=c"), Pair("p", "x+y")));
}

class bad_target : public testing::TestWithParam<std::string> {};

TEST_P(bad_target, is_refused) {
  const auto got = parse_request_target(GetParam());
  ASSERT_FALSE(got) << GetParam();
  EXPECT_EQ(got.error().code, errc::malformed);
}

INSTANTIATE_TEST_SUITE_P(
  request_target, bad_target,
  testing::Values("", "health", "http://127.0.0.1/health", "*", "//", "/a//b",
                  "/a/", "/%", "/%1", "/%zz", "/%00", "/%0a", "/a?%7f=1",
                  "/a b", "/a\tb", "/\x80", "/a#b", "/a?k", "/a?=v",
                  "/a?k=1&k=2", "/a?k=1&&l=2", std::string("/\0", 2)));

TEST(request_target, has_a_bounded_number_of_parameters) {
  std::string text = "/a?";
  for (size_t i = 0; i < defaults::max_admin_parameters; ++i)
    text += (i == 0 ? "p" : "&p") + std::to_string(i) + "=";
  EXPECT_TRUE(parse_request_target(text));
  const auto got = parse_request_target(text + "&q=");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::too_large);
}
