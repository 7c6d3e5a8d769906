#include "tests/system/operators_cluster.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <poll.h>

using namespace carillon;
using namespace carillon::test;
using boost::asio::ip::tcp;

TEST_F(operators_cluster, serves_users_of_all_members_after_one_was_killed) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  const auto alice = phone("alice", 1);
  const auto bob = phone("bob", 2);
  expect_registered(*alice);
  expect_registered(*bob);
  expect_call_soon(*alice, "bob");
  expect_call_soon(*bob, "alice");
  // The member that founded the cluster is as good as any other.
  kill(0);
  EXPECT_TRUE(wait_until([this] { return running(1) + running(2) == peers; }))
    << everything();
  expect_call_soon(*alice, "bob");
  expect_call_soon(*bob, "alice");
  const auto carol = phone("carol", 1);
  expect_registered(*carol);
  expect_call_soon(*bob, "carol");
}

TEST_F(operators_cluster, is_joined_past_a_seed_that_says_nothing) {
  ASSERT_NO_FATAL_FAILURE(start(0));
  boost::asio::io_context io;
  const tcp::acceptor silent{
    io, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  auto command = environment();
  command.push_back("CARILLON_CLUSTER_SEEDS=127.0.0.1:"
                    + std::to_string(silent.local_endpoint().port()) + ','
                    + to_string(where(0)));
  members.at(1)->start(command);
  EXPECT_TRUE(members.at(1)->process().wait_for(" ready\n", patience))
    << everything();
}

TEST_F(operators_cluster, gives_up_who_connects_and_says_nothing) {
  ASSERT_NO_FATAL_FAILURE(start(0));
  boost::asio::io_context io;
  tcp::socket silent{io};
  silent.connect({boost::asio::ip::make_address(host(0)), where(0).port});
  pollfd closed{silent.native_handle(), POLLIN, 0};
  const auto longest = std::chrono::milliseconds{patience};
  ASSERT_EQ(poll(&closed, 1, static_cast<int>(longest.count())), 1)
    << everything();
  std::array<char, 1> said{};
  boost::system::error_code end;
  EXPECT_EQ(silent.read_some(boost::asio::buffer(said), end), 0U);
  EXPECT_TRUE(end);
}

TEST_F(operators_cluster, shows_its_members) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  kill(2);
  std::string told;
  EXPECT_TRUE(wait_until([&] {
    told = ask(1, "/v1/node");
    return count(told, "\"peers\": 3,") == 2
      && count(told, "\"connected\": true") == 2;
  }))
    << told;
  EXPECT_EQ(count(told, "\"leads\": true"), 1U) << told;
  EXPECT_EQ(count(told, "\"self\": true"), 1U) << told;
  EXPECT_NE(told.find("\"majority\": true"), std::string::npos) << told;
  const auto listed = ask(1, "/v1/peers");
  EXPECT_EQ(count(listed, "\"member\": \"" + to_string(where(0))), 3U)
    << listed;
}

TEST_F(operators_cluster, leaves_no_question_open_when_a_member_dies) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  const auto alice = phone("alice", 1);
  const auto bob = phone("bob", 2);
  expect_registered(*alice);
  expect_registered(*bob);
  // Whom the others ask now, that will never answer.
  members.at(0)->process().send(SIGSTOP);
  static_cast<void>(alice->call("bob"));
  static_cast<void>(bob->call("alice"));
  static_cast<void>(joined(1));
  kill(0);
  EXPECT_TRUE(wait_until([this] { return running(1) + running(2) == peers; }))
    << everything();
  expect_call_soon(*alice, "bob");
  expect_call_soon(*bob, "alice");
  EXPECT_TRUE(wait_until([this] { return joined(1) == peers; }))
    << everything();
}

TEST_F(operators_cluster, stops_the_peers_of_a_minority) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  kill(0);
  kill(1);
  EXPECT_TRUE(wait_until([this] { return running(2) == 0; })) << everything();
  // With a majority they all come back.
  ASSERT_NO_FATAL_FAILURE(start(1));
  EXPECT_TRUE(wait_until([this] { return running(1) + running(2) == peers; }))
    << everything();
}

TEST_F(operators_cluster, takes_over_from_a_member_that_leaves) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  const auto alice = phone("alice", 1);
  expect_registered(*alice);
  members.at(2)->process().send(SIGTERM);
  EXPECT_EQ(members.at(2)->process().wait(patience), 0) << everything();
  EXPECT_TRUE(wait_until([this] { return running(0) + running(1) == peers; }))
    << everything();
  const auto carol = phone("carol", 0);
  expect_registered(*carol);
  expect_call_soon(*carol, "alice");
  // And gives back when it returns.
  ASSERT_NO_FATAL_FAILURE(start(2));
  EXPECT_TRUE(wait_until([this] { return running(2) == 2; })) << everything();
}

TEST_F(operators_cluster, lets_nobody_in_with_another_key_or_authority) {
  ASSERT_NO_FATAL_FAILURE(start(0));
  // Another key of the cluster.
  const auto other = pki.path() / "other.secret";
  ASSERT_TRUE(make_cluster_secret(other, rng));
  auto command = environment();
  command.push_back("CARILLON_CLUSTER_SECRET=" + other.string());
  members.at(1)->start(command);
  EXPECT_TRUE(
    members.at(1)->process().wait_for("another cluster.secret", patience))
    << members.at(1)->process().output();
  // A certificate of another authority.
  const auto rogue = pki.path() / "rogue";
  ASSERT_TRUE(make_authority(rogue, "Other CA", identity::suite::ed25519_x25519,
                             when, rng));
  ASSERT_TRUE(make_node(rogue, rogue / "node", "member-2",
                        identity::suite::ed25519_x25519, when, rng));
  command = environment();
  command.push_back("CARILLON_CLUSTER_CERTIFICATE="
                    + (rogue / "node" / "node.pem").string());
  command.push_back("CARILLON_CLUSTER_KEY="
                    + (rogue / "node" / "node.key").string());
  members.at(2)->start(command);
  EXPECT_TRUE(members.at(2)->process().wait_for("unreachable", patience))
    << members.at(2)->process().output();
  EXPECT_FALSE(has_node_secrets(
    config{node_config{"x", members.at(2)->data_dir(), "example.org", 1, {}},
           {},
           {},
           {},
           {},
           {},
           {}}));
}

TEST_F(operators_cluster, tells_members_with_other_settings) {
  ASSERT_NO_FATAL_FAILURE(start(0));
  // The key of another cluster, at a member that was let in before.
  ASSERT_NO_FATAL_FAILURE(start(2));
  members.at(2)->process().send(SIGTERM);
  EXPECT_EQ(members.at(2)->process().wait(patience), 0) << everything();
  const auto other = pki.path() / "other.secret";
  ASSERT_TRUE(make_cluster_secret(other, rng));
  auto command = environment();
  command.push_back("CARILLON_CLUSTER_SECRET=" + other.string());
  members.at(2)->start(command);
  EXPECT_TRUE(members.at(2)->process().wait_for("refuses this one", patience))
    << everything();
  // Another number of peers.
  members.at(1)->start({"env", "CARILLON_NODE_PEERS=4"});
  EXPECT_EQ(members.at(1)->process().wait(patience), 2) << everything();
  EXPECT_NE(members.at(1)->process().output().find(
              "node.peers: the cluster has " + std::to_string(peers)),
            std::string::npos)
    << everything();
}

TEST_F(operators_cluster, does_not_start_without_certificates) {
  auto command = environment();
  command.push_back("CARILLON_CLUSTER_CA=/nonexistent/ca.pem");
  members.at(0)->start(command);
  EXPECT_EQ(members.at(0)->process().wait(10s), 2);
  EXPECT_NE(members.at(0)->process().output().find("cluster.ca"),
            std::string::npos);
}
