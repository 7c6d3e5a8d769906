#include "protocols/identity/share_votes.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace carillon::identity;

namespace {

fingerprint name(unsigned number) {
  return fingerprint::of(to_bytes(std::to_string(number)));
}

const auto honest = name(1000);
const auto other = name(1001);

using counts = std::map<fingerprint, size_t>;

} // namespace

TEST(share_votes, counts_shares_by_the_majority_of_their_holders) {
  share_votes votes;
  // 2 to 1, 1 to 2, and one that is undecided.
  votes.add(1, name(1), honest);
  votes.add(1, name(2), honest);
  votes.add(1, name(3), other);
  votes.add(2, name(4), honest);
  votes.add(2, name(5), other);
  votes.add(2, name(6), other);
  votes.add(3, name(7), honest);
  votes.add(3, name(8), other);
  EXPECT_EQ(votes.count(), (counts{{honest, 1}, {other, 1}}));
  EXPECT_EQ(votes.winner(1), std::nullopt);
  votes.add(3, name(9), honest);
  EXPECT_EQ(votes.count(), (counts{{honest, 2}, {other, 1}}));
  EXPECT_EQ(votes.winner(2), honest);
}

TEST(share_votes, a_key_needs_k_shares) {
  share_votes votes;
  for (uint8_t index = 1; index <= 3; ++index)
    votes.add(index, name(index), honest);
  EXPECT_EQ(votes.winner(3), honest);
  EXPECT_EQ(votes.winner(4), std::nullopt);
  EXPECT_EQ(share_votes{}.winner(2), std::nullopt);
}

TEST(share_votes, a_holder_that_has_none_speaks_for_no_key) {
  share_votes votes;
  votes.add(1, name(1), other);
  EXPECT_EQ(votes.winner(1), other);
  votes.add_absent(1, name(2));
  EXPECT_EQ(votes.winner(1), std::nullopt);
}

TEST(share_votes, a_node_that_gives_two_keys_votes_for_neither) {
  share_votes votes;
  votes.add(1, name(1), honest);
  votes.add(1, name(2), honest);
  votes.add(1, name(2), other);
  votes.add(1, name(3), other);
  EXPECT_TRUE(votes.count().empty());
}

TEST(share_votes, a_node_has_one_vote_for_a_share) {
  share_votes votes;
  votes.add(1, name(1), honest);
  votes.add(1, name(2), other);
  votes.add(1, name(2), other);
  EXPECT_TRUE(votes.count().empty());
  // Another share is another vote.
  votes.add(2, name(2), other);
  EXPECT_EQ(votes.count(), (counts{{other, 1}}));
  // Who holds a share at one place may lack it at another.
  votes.add(3, name(1), honest);
  votes.add_absent(3, name(1));
  EXPECT_EQ(votes.count(), (counts{{honest, 1}, {other, 1}}));
}

TEST(share_votes, three_keys_can_leave_a_share_undecided) {
  share_votes votes;
  votes.add(1, name(1), honest);
  votes.add(1, name(2), other);
  votes.add(1, name(3), name(1002));
  EXPECT_TRUE(votes.count().empty());
  votes.add(2, name(4), honest);
  EXPECT_EQ(votes.winner(1), honest);
}
