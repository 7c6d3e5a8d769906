#include "protocols/chord/finger_table.hpp"
#include "tests/support/peers.hpp"

using namespace carillon::chord;
using namespace carillon::test;

namespace {

std::vector<ring_id> ids(const finger_table& table) {
  std::vector<ring_id> result;
  for (const auto& peer : table.entries())
    result.push_back(peer.id);
  return result;
}

} // namespace

TEST(finger_table, keeps_equal_entries_once) {
  finger_table table{id("0")};
  EXPECT_TRUE(table.set(4, peer("40")));
  EXPECT_FALSE(table.set(5, peer("40")));
  EXPECT_FALSE(table.set(6, peer("40")));
  EXPECT_EQ(ids(table), std::vector{id("40")});
}

TEST(finger_table, keeps_entries_in_clockwise_order) {
  finger_table table{id("80")};
  table.set(12, peer("2000"));
  table.set(159, peer("3"));
  table.set(4, peer("a0"));
  EXPECT_EQ(ids(table), (std::vector{id("a0"), id("2000"), id("3")}));
}

TEST(finger_table, an_answer_drops_what_contradicts_it) {
  finger_table table{id("0")};
  table.set(4, peer("18"));
  table.set(5, peer("30"));
  // Nobody lives between 10 and 40 any more.
  EXPECT_TRUE(table.set(4, peer("40")));
  EXPECT_EQ(ids(table), std::vector{id("40")});
}

TEST(finger_table, an_answer_drops_what_is_no_longer_the_first) {
  finger_table table{id("0")};
  table.set(4, peer("1c"));
  table.set(5, peer("30"));
  // Somebody has joined before 1c.
  EXPECT_TRUE(table.set(4, peer("12")));
  EXPECT_EQ(ids(table), (std::vector{id("12"), id("30")}));
  EXPECT_FALSE(table.set(4, peer("12")));
  // The farthest target has none after it.
  table.set(159, peer("9000000000000000000000000000000000000000"));
  EXPECT_TRUE(table.set(159, peer("8000000000000000000000000000000000000001")));
  EXPECT_EQ(table.entries().size(), 3u);
}

TEST(finger_table, drops_what_lies_among_the_successors) {
  finger_table table{id("0")};
  table.set(4, peer("1c"));
  table.set(5, peer("30"));
  EXPECT_FALSE(table.drop_below(4));
  EXPECT_TRUE(table.drop_below(5));
  EXPECT_EQ(ids(table), std::vector{id("30")});
}

TEST(finger_table, refuses_itself_and_answers_before_the_target) {
  finger_table table{id("0")};
  EXPECT_FALSE(table.set(4, peer("0")));
  EXPECT_FALSE(table.set(4, peer("f")));
  EXPECT_TRUE(table.entries().empty());
}

TEST(finger_table, drops_a_dead_peer) {
  finger_table table{id("0")};
  table.set(4, peer("10"));
  EXPECT_FALSE(table.drop(id("11")));
  EXPECT_TRUE(table.drop(id("10")));
  EXPECT_FALSE(table.drop(id("10")));
}

TEST(finger_table, finds_the_closest_preceding_entry) {
  finger_table filled{id("0")};
  filled.set(4, peer("10"));
  filled.set(5, peer("20"));
  filled.set(6, peer("40"));
  filled.set(7, peer("80"));
  EXPECT_EQ(filled.closest_preceding(id("41"), {})->id, id("40"));
  // An entry at the key itself does not precede it.
  EXPECT_EQ(filled.closest_preceding(id("40"), {})->id, id("20"));
  EXPECT_EQ(filled.closest_preceding(id("ffff"), {})->id, id("80"));
  EXPECT_EQ(filled.closest_preceding(id("8"), {}), nullptr);
}

TEST(finger_table, goes_round_excluded_entries) {
  finger_table table{id("0")};
  table.set(4, peer("10"));
  table.set(5, peer("20"));
  const std::vector dead{id("20")};
  EXPECT_EQ(table.closest_preceding(id("30"), dead)->id, id("10"));
  const std::vector all{id("20"), id("10")};
  EXPECT_EQ(table.closest_preceding(id("30"), all), nullptr);
}
