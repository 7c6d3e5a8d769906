#include "runtime/link/discovery.hpp"
#include "runtime/steady_clock.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <boost/asio/ip/multicast.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <vector>

namespace carillon {

namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using namespace std::chrono_literals;

/// Nodes that hear each other over loopback, on a port of their own.
class neighbours : public testing::Test {
protected:
  void SetUp() override {
    boost::system::error_code problem;
    udp::socket probe{io, udp::endpoint{asio::ip::address_v4::any(), 0}};
    port = probe.local_endpoint().port();
    probe.set_option(
      asio::ip::multicast::join_group{
        asio::ip::make_address_v4(defaults::discovery_group), loopback},
      problem);
    if (problem)
      GTEST_SKIP() << "no multicast over loopback: " << problem.message();
  }

  void TearDown() override {
    for (const auto& node : nodes)
      node->stop();
    io.restart();
    io.poll();
  }

  /// @param address where the node listens; empty for nowhere.
  std::shared_ptr<discovery> start(const identity::fingerprint& of,
                                   const std::string& address) {
    const auto node = std::make_shared<discovery>(
      io,
      discovery_config{std::make_shared<steady_clock>(),
                       {},
                       of,
                       address,
                       loopback,
                       port,
                       static_cast<uint32_t>(nodes.size() + 1)},
      [this](const endpoint& where) { found.push_back(to_string(where)); });
    node->start();
    nodes.push_back(node);
    return node;
  }

  bool run_until(const std::function<bool()>& condition,
                 duration longest = test::patience) {
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(10ms);
    }
    return condition();
  }

  void send_to_group(const bytes& data) {
    udp::socket socket{io, udp::v4()};
    socket.set_option(asio::ip::multicast::outbound_interface{loopback});
    socket.send_to(asio::buffer(data),
                   {asio::ip::make_address(defaults::discovery_group), port});
  }

  const asio::ip::address_v4 loopback = asio::ip::address_v4::loopback();
  asio::io_context io;
  uint16_t port = 0;
  identity::fingerprint ring = identity::fingerprint::of(to_bytes("ours"));
  identity::fingerprint other = identity::fingerprint::of(to_bytes("theirs"));
  std::vector<std::shared_ptr<discovery>> nodes;
  std::vector<std::string> found;
};

} // namespace

TEST_F(neighbours, are_found_by_a_node_that_looks) {
  start(ring, "127.0.0.1:7480");
  const auto seeker = start(ring, {});
  seeker->look(true);
  ASSERT_TRUE(run_until([&] { return !found.empty(); }));
  EXPECT_THAT(found, testing::Each("127.0.0.1:7480"));
}

TEST_F(neighbours, announce_themselves_when_they_start) {
  start(ring, {});
  run_until([] { return false; }, 50ms);
  start(ring, "127.0.0.1:7480");
  EXPECT_TRUE(run_until([&] { return !found.empty(); }));
}

TEST_F(neighbours, of_another_ring_are_passed_over) {
  start(other, "127.0.0.1:7481");
  start(ring, "127.0.0.1:7480");
  start(ring, {})->look(true);
  ASSERT_TRUE(run_until([&] { return !found.empty(); }));
  run_until([] { return false; }, defaults::discovery_jitter);
  EXPECT_THAT(found, testing::Each("127.0.0.1:7480"));
}

TEST_F(neighbours, survive_what_is_no_announcement) {
  start(ring, "127.0.0.1:7480");
  const auto seeker = start(ring, {});
  run_until([] { return false; }, 50ms);
  send_to_group({});
  send_to_group(bytes(2000, 'x'));
  send_to_group(link::encode(link::announcement{ring, "0.0.0.0:1"}));
  send_to_group(link::encode(link::announcement{ring, "239.1.1.1:1"}));
  send_to_group(link::encode(link::announcement{ring, "127.0.0.1:0"}));
  seeker->look(true);
  ASSERT_TRUE(run_until([&] { return !found.empty(); }));
  EXPECT_THAT(found, testing::Each("127.0.0.1:7480"));
}

} // namespace carillon
