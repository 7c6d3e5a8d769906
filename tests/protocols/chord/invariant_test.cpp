#include "protocols/chord/invariant.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "tests/support/peers.hpp"

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;

namespace {

std::vector<member_view> ring_of_five() {
  return settled_ring(
    {peer("10"), peer("20"), peer("30"), peer("40"), peer("50")}, 2);
}

std::string broken(const std::vector<member_view>& views,
                   std::vector<ring_id> base = {}) {
  return violated_invariant(views, base).value_or("");
}

} // namespace

TEST(invariant, holds_for_settled_rings_of_any_size) {
  peer_list peers;
  for (const auto* digits : {"10", "20", "30", "40", "50"}) {
    peers.push_back(peer(digits));
    const auto views = settled_ring(peers, 3);
    EXPECT_EQ(broken(views), "");
    EXPECT_EQ(settled_share(views, 3), 1.0);
  }
}

TEST(invariant, finds_an_unordered_list) {
  auto views = ring_of_five();
  auto list = views[0].successors.peers();
  std::swap(list[0], list[1]);
  views[0].successors = list;
  EXPECT_NE(broken(views).find("is not ordered"), std::string::npos);
}

TEST(invariant, finds_a_duplicate) {
  auto views = ring_of_five();
  auto list = views[0].successors.peers();
  list[1] = list[0];
  views[0].successors = list;
  EXPECT_NE(broken(views).find("is not ordered"), std::string::npos);
}

TEST(invariant, finds_a_list_that_goes_round_the_ring) {
  auto views = ring_of_five();
  auto list = views[0].successors.peers();
  list.push_back(peer("10"));
  views[0].successors = list;
  EXPECT_NE(broken(views).find("is not ordered"), std::string::npos);
}

TEST(invariant, finds_a_member_without_a_live_successor) {
  auto views = ring_of_five();
  views[0].successors = {peer("18")};
  EXPECT_NE(broken(views).find("has no live successor"), std::string::npos);
}

TEST(invariant, finds_two_rings) {
  auto views = ring_of_five();
  // 10 and 20 on their own, the others as well.
  views[0].successors = {peer("20")};
  views[1].successors = {peer("10")};
  views[2].successors = {peer("40")};
  views[3].successors = {peer("50")};
  views[4].successors = {peer("30")};
  EXPECT_NE(broken(views).find("leads into a second ring"), std::string::npos);
}

TEST(invariant, finds_a_ring_that_goes_round_twice) {
  auto views = ring_of_five();
  views[0].successors = {peer("30")};
  views[2].successors = {peer("50")};
  views[4].successors = {peer("20")};
  views[1].successors = {peer("40")};
  views[3].successors = {peer("10")};
  EXPECT_NE(broken(views).find("is not ordered"), std::string::npos);
}

TEST(invariant, permits_an_appendage) {
  auto views = ring_of_five();
  member_view newcomer;
  newcomer.self = peer("28");
  newcomer.successors = {peer("30"), peer("40")};
  views.push_back(newcomer);
  EXPECT_EQ(broken(views), "");
  EXPECT_LT(settled_share(views, 2), 1.0);
}

TEST(invariant, finds_a_skipped_member_of_the_stable_base) {
  auto views = ring_of_five();
  views[0].successors = {peer("20"), peer("40")};
  EXPECT_EQ(broken(views), "");
  EXPECT_NE(broken(views, {id("30")}).find("skips the base member"),
            std::string::npos);
}
