#include "protocols/trust/evidence.hpp"

using namespace carillon;
using namespace carillon::trust;

namespace {

chord::ring_id peer(int number) {
  return chord::ring_id::hash(as_bytes(std::to_string(number)));
}

double trust_in(const evidence& seen, int number) {
  return expectation(seen.about(peer(number)));
}

} // namespace

TEST(evidence, says_nothing_about_strangers) {
  EXPECT_EQ(evidence{}.about(peer(1)), opinion{});
}

TEST(evidence, raises_trust_with_good_answers) {
  evidence seen;
  seen.add(peer(1), outcome::good_answer);
  const auto once = trust_in(seen, 1);
  EXPECT_GT(once, trust_in(seen, 2));
  seen.add(peer(1), outcome::good_answer);
  EXPECT_GT(trust_in(seen, 1), once);
}

TEST(evidence, lowers_trust_more_for_lies_than_for_silence) {
  evidence seen;
  seen.add(peer(1), outcome::no_answer);
  seen.add(peer(2), outcome::bad_share);
  seen.add(peer(3), outcome::bad_record);
  EXPECT_LT(trust_in(seen, 1), 0.5);
  EXPECT_LT(trust_in(seen, 2), trust_in(seen, 1));
  EXPECT_EQ(seen.about(peer(2)), seen.about(peer(3)));
}

TEST(evidence, gives_valid_opinions_forever) {
  evidence seen;
  for (int i = 0; i < 100'000; ++i)
    seen.add(peer(1), i % 3 == 0 ? outcome::no_answer : outcome::good_answer);
  const auto result = seen.about(peer(1));
  EXPECT_NEAR(result.belief + result.disbelief + result.uncertainty, 1, 1e-12);
  EXPECT_NEAR(trust_in(seen, 1), 2.0 / 3, 0.01);
}

TEST(evidence, fades_when_a_peer_turns) {
  evidence seen;
  for (int i = 0; i < 10'000; ++i)
    seen.add(peer(1), outcome::good_answer);
  ASSERT_GT(trust_in(seen, 1), 0.99);
  for (int i = 0; i < 200; ++i)
    seen.add(peer(1), outcome::bad_share);
  EXPECT_LT(trust_in(seen, 1), 0.3);
}

TEST(evidence, is_bounded_and_keeps_those_it_knows_best) {
  evidence seen{8};
  for (int i = 0; i < 3; ++i)
    seen.add(peer(1), outcome::bad_share);
  const auto liar = seen.about(peer(1));
  for (int stranger = 2; stranger < 1000; ++stranger)
    seen.add(peer(stranger), outcome::good_answer);
  EXPECT_EQ(seen.size(), 8u);
  EXPECT_EQ(seen.about(peer(1)), liar);
}
