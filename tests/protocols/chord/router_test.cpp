#include "protocols/chord/forwarding.hpp"
#include "protocols/chord/router.hpp"
#include "tests/support/peers.hpp"

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;

namespace {

class router : public ::testing::Test {
public:
  router() {
    member.adopt(peer("f00"), {peer("20"), peer("30")},
                 timestamp{std::chrono::hours{1}});
    fingers.set(9, peer("800"));
  }

  route to(const std::string& key, bool final = false,
           std::vector<ring_id> exclude = {}) {
    excluded = std::move(exclude);
    return find_route({member, fingers}, id(key), final, excluded);
  }

  ring_member member{peer("10"), {}};
  finger_table fingers{id("10")};
  std::vector<ring_id> excluded;
};

} // namespace

TEST_F(router, keys_of_the_own_arc_are_here) {
  EXPECT_EQ(to("10").what, route::kind::here);
  EXPECT_EQ(to("f01").what, route::kind::here);
  EXPECT_EQ(to("0").what, route::kind::here);
  EXPECT_NE(to("f00").what, route::kind::here);
}

TEST_F(router, keys_of_successors_are_known) {
  EXPECT_EQ(to("11").what, route::kind::owner);
  EXPECT_EQ(*to("20").next, peer("20"));
  EXPECT_EQ(*to("21").next, peer("30"));
}

TEST_F(router, far_keys_go_to_the_closest_preceding_peer) {
  const auto way = to("900");
  EXPECT_EQ(way.what, route::kind::forward);
  EXPECT_EQ(*way.next, peer("800"));
  EXPECT_EQ(*to("800").next, peer("30"));
}

TEST_F(router, excluded_peers_are_gone_round) {
  EXPECT_EQ(*to("900", false, {id("800")}).next, peer("30"));
  EXPECT_EQ(*to("20", false, {id("20")}).next, peer("30"));
  EXPECT_EQ(to("900", false, {id("800"), id("20"), id("30")}).what,
            route::kind::none);
}

TEST_F(router, a_newly_joined_predecessor_gets_what_was_meant_for_it) {
  const auto way = to("e00", true);
  EXPECT_EQ(way.what, route::kind::owner);
  EXPECT_EQ(*way.next, peer("f00"));
}

TEST_F(router, the_arc_of_a_dead_predecessor_falls_to_its_successor) {
  EXPECT_EQ(to("e00", true, {id("f00")}).what, route::kind::here);
}

TEST_F(router, a_lookup_that_used_up_its_hops_is_dropped) {
  lookup request;
  request.key = id("900");
  request.origin = peer("5");
  request.hops = defaults::hop_limit;
  outbox out;
  forward_lookup({member, fingers}, request, {}, out);
  EXPECT_TRUE(out.empty());
  request.hops = defaults::hop_limit - 1;
  forward_lookup({member, fingers}, request, {}, out);
  EXPECT_EQ(out.size(), 1u);
}

TEST_F(router, a_recursive_answer_walks_back_the_way_it_came) {
  lookup request;
  request.key = id("0");
  request.origin = peer("5");
  request.strategy = routing_strategy::recursive;
  request.path = {peer("5"), peer("6")};
  outbox out;
  forward_lookup({member, fingers}, request, {}, out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].to, peer("6"));
  auto answer = std::get<lookup_answer>(out[0].body);
  EXPECT_EQ(answer.path, peer_list{peer("5")});
  out.clear();
  pass_back(answer, out);
  EXPECT_EQ(out[0].to, peer("5"));
  EXPECT_TRUE(std::get<lookup_answer>(out[0].body).path.empty());
}
