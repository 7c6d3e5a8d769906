#include "protocols/secp2psip/call_permits.hpp"

#include <botan/chacha_rng.h>
#include <gtest/gtest.h>

#include <set>

namespace carillon::secp2psip {

namespace {

using namespace std::chrono_literals;

class permits : public testing::Test {
protected:
  std::string issue(const std::string& caller = "alice") {
    return book.issue({caller, "trace"}, now, rng).value();
  }

  errc refusal(const std::string& token, const std::string& caller = "alice") {
    const auto got = book.redeem(token, caller, now);
    return got ? errc::interrupted : got.error().code;
  }

  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  timestamp now{1h};
  call_permits book;
};

} // namespace

TEST_F(permits, are_good_once) {
  const auto token = issue();
  EXPECT_EQ(book.redeem(token, "alice", now).value(),
            (call_permit{"alice", "trace"}));
  EXPECT_EQ(refusal(token), errc::replayed);
}

TEST_F(permits, are_good_for_32_seconds) {
  const auto first = issue();
  now += 31s;
  const auto second = issue();
  EXPECT_TRUE(book.redeem(first, "alice", now));
  now += 1s;
  EXPECT_EQ(refusal(first), errc::no_such_record);
  EXPECT_TRUE(book.redeem(second, "alice", now));
}

TEST_F(permits, are_good_for_their_caller_only) {
  const auto token = issue();
  EXPECT_EQ(refusal(token, "mallory"), errc::name_mismatch);
  // Who has stolen it cannot spoil it either.
  EXPECT_TRUE(book.redeem(token, "alice", now));
}

TEST_F(permits, cannot_be_made_up) {
  std::set<std::string> tokens;
  for (size_t i = 0; i < defaults::max_permits_per_caller; ++i)
    tokens.insert(issue());
  EXPECT_EQ(tokens.size(), defaults::max_permits_per_caller);
  for (const auto& token : tokens)
    EXPECT_EQ(token.size(), 2 * defaults::permit_size);
  EXPECT_EQ(refusal(""), errc::no_such_record);
  EXPECT_EQ(refusal(std::string(2 * defaults::permit_size, '0')),
            errc::no_such_record);
}

TEST_F(permits, of_one_caller_are_bounded) {
  for (size_t i = 0; i < defaults::max_permits_per_caller; ++i)
    issue();
  const auto refused = book.issue({"alice", {}}, now, rng);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::quota_exceeded);
  issue("carol");
  now += defaults::permit_lifetime;
  issue();
}

TEST_F(permits, are_bounded_in_all) {
  for (size_t i = 0; i < defaults::max_permits; ++i)
    issue("caller" + std::to_string(i));
  const auto refused = book.issue({"alice", {}}, now, rng);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::overloaded);
  now += defaults::permit_lifetime;
  issue();
}

} // namespace carillon::secp2psip
