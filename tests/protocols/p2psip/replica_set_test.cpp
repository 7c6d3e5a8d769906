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

TEST(replica_set, alone_there_is_nobody) {
  EXPECT_TRUE(replica_candidates(peer("10"), {}).empty());
}
