#include "protocols/identity/defaults.hpp"
#include "protocols/p2psip/replica_set.hpp"
#include "tests/support/peers.hpp"

using namespace carillon::chord;
using namespace carillon::p2psip;
using namespace carillon::test;

TEST(replica_set, distinct_nodes_come_first) {
  const auto owner = peer("10", 1);
  const peer_list successors{peer("20", 1), peer("30", 2), peer("40", 2),
                             peer("50", 3)};
  const peer_list expected{peer("30"), peer("50"), peer("20"), peer("40")};
  EXPECT_EQ(replica_candidates(owner, successors), expected);
}

TEST(replica_set, peers_of_one_node_serve_where_there_is_no_other) {
  const auto owner = peer("10", 1);
  const peer_list successors{peer("20", 1), peer("30", 1)};
  EXPECT_EQ(replica_candidates(owner, successors), successors);
}

TEST(replica_set, other_machines_of_a_cluster_come_before_the_same_one) {
  const auto at = [](const char* id, const char* endpoint) {
    auto result = peer(id, 1);
    auto info = std::make_shared<node_info>(*result.node);
    info->endpoint = endpoint;
    result.node = std::move(info);
    return result;
  };
  const auto owner = at("10", "a:1");
  const peer_list successors{at("20", "a:1"), at("30", "b:1"), at("40", "b:1"),
                             at("50", "c:1"), peer("60", 2)};
  const peer_list expected{peer("60"), peer("30"), peer("50"), peer("20"),
                           peer("40")};
  EXPECT_EQ(replica_candidates(owner, successors), expected);
}

TEST(replica_set, alone_there_is_nobody) {
  EXPECT_TRUE(replica_candidates(peer("10"), {}).empty());
}

TEST(replica_set, has_as_many_copies_as_hostile_peers_make_necessary) {
  EXPECT_EQ(copies_among(0), 1);
  // 0.1^4 and 0.25^6 are less than a record of 2000.
  EXPECT_EQ(copies_among(0.1), 4);
  EXPECT_EQ(copies_among(0.25), 6);
  EXPECT_EQ(copies_among(0.5), 11);
  EXPECT_EQ(copies_among(1), carillon::identity::defaults::max_replicas);
}
