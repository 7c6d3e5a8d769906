#include "bench/demo/test_phone.hpp"
#include "runtime/defaults.hpp"
#include "tests/system/local_address.hpp"
#include "tests/system/node_process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/ip/udp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

constexpr auto loopback = "127.0.0.1";

/// Gives why nothing can be sent to a group over loopback; empty when it can.
std::string why_no_multicast() {
  namespace ip = boost::asio::ip;
  boost::asio::io_context io;
  boost::system::error_code problem;
  ip::udp::socket socket{io, ip::udp::v4()};
  socket.set_option(
    ip::multicast::join_group{ip::make_address_v4(defaults::discovery_group),
                              ip::make_address_v4(loopback)},
    problem);
  return problem ? "no multicast over loopback: " + problem.message()
                 : std::string{};
}

/// Nodes of different people on one machine.
class strangers : public testing::Test {
protected:
  using node_ptr = std::unique_ptr<node_process>;

  /// Makes the configuration of a node.
  /// @param bootstrap its overlay.bootstrap, comma-separated and in quotes.
  /// @param port where it listens for links; 0 for nowhere.
  node_ptr make_node(const std::string& bootstrap, uint16_t port) {
    return std::make_unique<node_process>(
      // All phones are on this machine.
      "contact = \"direct\"\n[overlay]\nk = 2\nn = 3\n"
      + (port == 0 ? std::string{} : "listen = \"" + address(port) + "\"\n")
      + "bootstrap = [" + bootstrap + "]\n");
  }

  static std::string address(uint16_t port) {
    return to_string(endpoint{loopback, port});
  }

  static std::string quoted(uint16_t port) {
    return '"' + address(port) + '"';
  }

  /// Starts a ring of three.
  void start_three() {
    founder = make_node("", founder_port);
    ASSERT_TRUE(founder->start_ready()) << founder->process().output();
    first = make_node(quoted(founder_port), first_port);
    second = make_node(quoted(founder_port), second_port);
    first->start();
    second->start();
    ASSERT_TRUE(first->process().wait_for(" ready\n", 30s)) << everything();
    ASSERT_TRUE(second->process().wait_for(" ready\n", 30s)) << everything();
  }

  /// Connects a user's phone to a node.
  std::unique_ptr<test_phone> phone(const std::string& user,
                                    const node_process& at) {
    auto made = test_phone::open(user, "example.org", at.adapter("udp"), 30s);
    EXPECT_TRUE(made);
    return made ? std::make_unique<test_phone>(std::move(*made)) : nullptr;
  }

  std::string everything() const {
    std::string result;
    for (const auto* node : {&founder, &first, &second}) {
      if (*node)
        result += "== a node\n" + (*node)->process().output();
    }
    return result;
  }

  /// Calls until it works: a ring that has lost a node needs a few seconds.
  void expect_call_soon(test_phone& caller, const std::string& callee) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    auto status = 0u;
    while (status != 302u && std::chrono::steady_clock::now() < end) {
      const auto answer = caller.call(callee);
      ASSERT_TRUE(answer) << to_string(answer.error()) << everything();
      status = answer->status();
    }
    EXPECT_EQ(status, 302u) << everything();
  }

  static void kill(node_process& node) {
    node.process().send(SIGKILL);
    ASSERT_EQ(node.process().wait(10s), 128 + SIGKILL);
  }

  static void stop(node_process& node) {
    node.process().send(SIGTERM);
    ASSERT_EQ(node.process().wait(15s), 0) << node.process().output();
  }

  void expect_call(test_phone& caller, const std::string& callee) {
    const auto answer = caller.call(callee);
    ASSERT_TRUE(answer) << to_string(answer.error()) << everything();
    EXPECT_EQ(answer->status(), 302u) << everything();
  }

  uint16_t founder_port = free_port(loopback);
  uint16_t first_port = free_port(loopback);
  uint16_t second_port = free_port(loopback);
  node_ptr founder;
  node_ptr first;
  node_ptr second;
};

} // namespace

TEST_F(strangers, call_each_other) {
  ASSERT_NO_FATAL_FAILURE(start_three());
  auto alice = phone("alice", *first);
  auto bob = phone("bob", *second);
  ASSERT_TRUE(alice->register_here()) << everything();
  ASSERT_TRUE(bob->register_here()) << everything();
  expect_call(*alice, "bob");
  expect_call(*bob, "alice");
}

TEST_F(strangers, find_each_other_on_the_local_network) {
  if (const auto why = why_no_multicast(); !why.empty())
    GTEST_SKIP() << why;
  const auto overlay = [](uint16_t port) {
    return "[overlay]\nk = 2\nn = 3\ndiscovery = true\nlisten = \""
      + address(port) + "\"\n";
  };
  founder = std::make_unique<node_process>(overlay(founder_port));
  ASSERT_TRUE(founder->start_ready({"env", "CARILLON_NODE_ROLES=bootstrap"}))
    << everything();
  const auto log = founder->process().output();
  const std::string_view mark = " ring ";
  const auto pin = log.substr(log.rfind(mark) + mark.size(), 64);
  const auto ring = "ring = \"sha256=" + pin + "\"\n";
  first = std::make_unique<node_process>(overlay(first_port) + ring);
  second = std::make_unique<node_process>(overlay(second_port) + ring);
  ASSERT_TRUE(first->start_ready()) << everything();
  ASSERT_TRUE(second->start_ready()) << everything();
  auto alice = phone("alice", *first);
  auto bob = phone("bob", *second);
  ASSERT_EQ(alice->register_here()->status(), 200u) << everything();
  ASSERT_EQ(bob->register_here()->status(), 200u) << everything();
  expect_call_soon(*alice, "bob");
}

TEST_F(strangers, call_a_node_that_only_opens_links) {
  founder = make_node("", founder_port);
  ASSERT_TRUE(founder->start_ready()) << everything();
  first = make_node(quoted(founder_port), first_port);
  ASSERT_TRUE(first->start_ready()) << everything();
  second = make_node(quoted(founder_port), 0);
  ASSERT_TRUE(second->start_ready()) << everything();
  auto alice = phone("alice", *first);
  auto bob = phone("bob", *second);
  ASSERT_EQ(alice->register_here()->status(), 200u) << everything();
  ASSERT_EQ(bob->register_here()->status(), 200u) << everything();
  expect_call_soon(*alice, "bob");
  expect_call_soon(*bob, "alice");
}

TEST_F(strangers, call_each_other_when_both_only_open_links) {
  founder = make_node("", founder_port);
  ASSERT_TRUE(founder->start_ready()) << everything();
  first = make_node(quoted(founder_port), 0);
  ASSERT_TRUE(first->start_ready()) << everything();
  second = make_node(quoted(founder_port), 0);
  ASSERT_TRUE(second->start_ready()) << everything();
  auto alice = phone("alice", *first);
  auto bob = phone("bob", *second);
  ASSERT_EQ(alice->register_here()->status(), 200u) << everything();
  ASSERT_EQ(bob->register_here()->status(), 200u) << everything();
  expect_call_soon(*alice, "bob");
  expect_call_soon(*bob, "alice");
  EXPECT_TRUE(first->process().wait_for("(carries node ", 1s)) << everything();
}

TEST_F(strangers, go_on_without_their_bootstrap_server) {
  ASSERT_NO_FATAL_FAILURE(start_three());
  auto alice = phone("alice", *first);
  auto bob = phone("bob", *second);
  ASSERT_EQ(alice->register_here()->status(), 200u) << everything();
  ASSERT_EQ(bob->register_here()->status(), 200u) << everything();
  // Whoever has lost the only peer that it knew is outside the ring.
  std::this_thread::sleep_for(3s);
  kill(*founder);
  expect_call_soon(*alice, "bob");
  // Known users are refreshed; a new name has to wait, and is told why.
  EXPECT_EQ(bob->register_here()->status(), 200u) << everything();
  auto carol = phone("carol", *second);
  const auto refused = carol->register_here();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status(), 503u);
  EXPECT_TRUE(refused->first("Warning"));
  // A node that was there before comes back by the others that it knew.
  stop(*first);
  ASSERT_TRUE(first->start_ready()) << everything();
  expect_call_soon(*bob, "alice");
}

TEST_F(strangers, go_on_when_one_is_killed) {
  ASSERT_NO_FATAL_FAILURE(start_three());
  auto bob = phone("bob", *second);
  auto carol = phone("carol", *founder);
  ASSERT_EQ(bob->register_here()->status(), 200u) << everything();
  ASSERT_EQ(carol->register_here()->status(), 200u) << everything();
  kill(*first);
  expect_call_soon(*carol, "bob");
  expect_call_soon(*bob, "carol");
  auto dave = phone("dave", *second);
  ASSERT_EQ(dave->register_here()->status(), 200u) << everything();
  expect_call_soon(*carol, "dave");
}

TEST_F(strangers, come_back_when_all_were_killed) {
  ASSERT_NO_FATAL_FAILURE(start_three());
  const auto all = {founder.get(), first.get(), second.get()};
  for (auto* node : all)
    ASSERT_NO_FATAL_FAILURE(kill(*node));
  for (auto* node : all)
    node->start();
  for (auto* node : all)
    ASSERT_TRUE(node->process().wait_for(" ready\n", 40s)) << everything();
  auto alice = phone("alice", *first);
  auto bob = phone("bob", *second);
  ASSERT_EQ(alice->register_here()->status(), 200u) << everything();
  ASSERT_EQ(bob->register_here()->status(), 200u) << everything();
  expect_call_soon(*alice, "bob");
}

TEST_F(strangers, are_found_again_by_a_founder_that_restarts) {
  ASSERT_NO_FATAL_FAILURE(start_three());
  auto alice = phone("alice", *first);
  ASSERT_EQ(alice->register_here()->status(), 200u) << everything();
  // Who is known is written down within a few seconds.
  std::this_thread::sleep_for(3s);
  kill(*founder);
  ASSERT_TRUE(founder->start_ready()) << everything();
  auto carol = phone("carol", *founder);
  ASSERT_EQ(carol->register_here()->status(), 200u) << everything();
  expect_call_soon(*carol, "alice");
  expect_call_soon(*alice, "carol");
}

TEST_F(strangers, are_not_let_into_a_ring_other_than_the_pinned_one) {
  founder = make_node("", founder_port);
  ASSERT_TRUE(founder->start_ready()) << everything();
  const std::string other(64, 'a');
  first = make_node('"' + address(founder_port) + "#sha256=" + other + '"',
                    first_port);
  first->start();
  EXPECT_EQ(first->process().wait(10s), 1);
  EXPECT_NE(first->process().output().find(other), std::string::npos)
    << everything();
}

TEST_F(strangers, are_told_when_two_nodes_have_the_same_keys) {
  ASSERT_NO_FATAL_FAILURE(start_three());
  // A copy of the data directory that is used at the same time.
  auto copy = make_node(quoted(founder_port), free_port(loopback));
  stop(*first);
  std::filesystem::copy(first->data_dir(), copy->data_dir(),
                        std::filesystem::copy_options::recursive);
  ASSERT_TRUE(first->start_ready()) << everything();
  copy->start();
  EXPECT_TRUE(copy->process().wait_for("identity in use", 20s))
    << copy->process().output() << everything();
  EXPECT_TRUE(founder->process().wait_for("identity in use", 10s))
    << everything();
}

TEST_F(strangers, wait_for_a_bootstrap_server_and_end_when_asked_to) {
  first = make_node(quoted(founder_port), first_port);
  first->start();
  ASSERT_TRUE(first->process().wait_for("not let in", 10s)) << everything();
  stop(*first);
}
