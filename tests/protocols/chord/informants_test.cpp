#include "protocols/chord/informants.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace carillon::chord;

namespace {

ring_id peer(int number) {
  return ring_id::hash(as_bytes("peer " + std::to_string(number)));
}

informants::number enter(informants& all, const ring_id& who) {
  all.enter(who, 0);
  return all.number_of(who);
}

} // namespace

TEST(informants, have_one_number_each) {
  informants all;
  const auto first = enter(all, peer(1));
  EXPECT_NE(enter(all, peer(2)), first);
  EXPECT_EQ(enter(all, peer(1)), first);
}

TEST(informants, mislead_when_most_of_whom_they_name_are_of_no_use) {
  informants all;
  informants::set named;
  named.add(enter(all, peer(1)));
  all.judge(named, false);
  all.judge(named, false);
  EXPECT_FALSE(all.has_misled(peer(1))) << "two may be by chance";
  all.judge(named, false);
  EXPECT_TRUE(all.has_misled(peer(1)));
  EXPECT_TRUE(all.is_dubious(named));
  all.judge(named, true);
  EXPECT_TRUE(all.has_misled(peer(1))) << "one in four is of use";
  all.judge(named, true);
  EXPECT_FALSE(all.has_misled(peer(1)));
  EXPECT_FALSE(all.is_dubious(named));
}

TEST(informants, vouch_for_whom_others_name_as_well) {
  informants all;
  informants::set by_one;
  by_one.add(enter(all, peer(1)));
  for (int i = 0; i < 3; ++i)
    all.judge(by_one, false);
  auto by_both = by_one;
  by_both.add(enter(all, peer(2)));
  EXPECT_TRUE(all.is_dubious(by_one));
  EXPECT_FALSE(all.is_dubious(by_both));
}

TEST(informants, say_nothing_about_whom_the_asker_knows_itself) {
  const informants all;
  EXPECT_FALSE(all.is_dubious({}));
  EXPECT_FALSE(all.has_misled(peer(1)));
}

TEST(informants, are_remembered_up_to_four_for_a_peer) {
  informants all;
  informants::set named;
  for (int i = 0; i < 9; ++i)
    named.add(enter(all, peer(i % 6)));
  EXPECT_EQ(std::distance(named.begin(), named.end()), 4);
}

TEST(informants, mislead_when_their_tables_are_too_sparse) {
  informants all;
  all.enter(peer(1), 0.4);
  informants::set named;
  named.add(all.number_of(peer(1)));
  EXPECT_FALSE(all.has_misled(peer(1))) << "nobody knows what is too sparse";
  all.set_sparsest(0.3);
  EXPECT_TRUE(all.has_misled(peer(1)));
  EXPECT_TRUE(all.is_dubious(named));
  all.enter(peer(1), 0.2);
  EXPECT_FALSE(all.has_misled(peer(1))) << "it has told better";
}
