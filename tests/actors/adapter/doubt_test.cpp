#include "actors/doubt_limit.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

/// Forges INVITEs of alice, who has called bob.
class doubts : public two_users {
public:
  doubts() {
    settings.security = identity::security_mode::signed_mode;
  }

  void start_with_an_invite() {
    start_with_both();
    auto& mails = intercept("bob");
    send(alice, alice.request("INVITE", "sip:bob@example.org", "bob"));
    advance({&alice}, 500ms);
    ASSERT_EQ(mails.size(), 1u);
    genuine_ = mails.front();
    stop_intercepting("bob");
  }

  void forge(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      auto forged = genuine_;
      std::string text{as_text(forged.content)};
      const auto nonce = text.find("Nonce: ") + 7;
      const auto number = ++forged_;
      text.replace(nonce, 4,
                   to_hex(bytes{uint8_t(number / 256), uint8_t(number)}));
      forged.content = to_bytes(text);
      inject(forged);
    }
  }

  size_t reads() const {
    return steps->count(call_steps::key_verified)
      + steps->count(call_steps::key_missing)
      + steps->count(call_steps::key_refused);
  }

private:
  p2psip::delivery genuine_;
  size_t forged_ = 0;
};

} // namespace

TEST_F(doubts, forged_invites_of_one_peer_cost_a_bounded_number_of_reads) {
  start_with_an_invite();
  const auto before = reads();
  forge(3 * defaults::doubted_invites);
  EXPECT_GE(reads() - before, defaults::doubted_invites / 2);
  EXPECT_LE(reads() - before, defaults::doubted_invites);
  EXPECT_EQ(steps->count(call_steps::invite_verified), 0u);
  // Whoever calls through another peer gets through.
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(doubts, end_after_a_while) {
  start_with_an_invite();
  forge(2 * defaults::doubted_invites);
  ring->advance(defaults::doubt_period + 1s);
  const auto before = reads();
  forge(1);
  EXPECT_GT(reads(), before);
}

TEST_F(doubts, do_not_count_good_calls) {
  settings.cache_keys = false;
  start_with_an_invite();
  for (size_t i = 0; i < defaults::doubted_invites + 2; ++i)
    ASSERT_EQ(call(alice, "bob").status(), 302u) << i;
}

TEST(doubt_limit, gives_each_peer_its_own_credit) {
  doubt_limit limit;
  const auto first = chord::ring_id::hash(as_bytes("first"));
  const auto second = chord::ring_id::hash(as_bytes("second"));
  const timestamp now{1h};
  for (size_t i = 0; i < defaults::doubted_invites; ++i)
    EXPECT_TRUE(limit.take(first, now));
  EXPECT_FALSE(limit.take(first, now));
  EXPECT_TRUE(limit.take(second, now));
  limit.give_back(first);
  EXPECT_TRUE(limit.take(first, now));
  EXPECT_FALSE(limit.take(first, now));
  EXPECT_TRUE(limit.take(first, now + defaults::doubt_period));
}

} // namespace carillon::test
