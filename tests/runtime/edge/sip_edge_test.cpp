#include "tests/runtime/edge/recording_handler.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

using namespace carillon;
using namespace carillon::test;
using sip::transport;
using namespace std::chrono_literals;

namespace {

/// Makes the handler send everything back where it came from.
void echo(running_edge& running) {
  running.handler.on_message = [&](const recording_handler::message& arrived) {
    running.edge.send(arrived.source, to_bytes(arrived.text));
  };
}

/// A TCP port where nobody listens, nor can anybody else as long as it lives.
class idle_port {
public:
  [[nodiscard]] sip::flow flow() const {
    sip::flow result;
    result.kind = transport::tcp;
    result.remote_address = "127.0.0.1";
    result.remote_port = bound_.local_endpoint().port();
    return result;
  }

private:
  using tcp = boost::asio::ip::tcp;

  boost::asio::io_context io_;
  tcp::socket bound_{io_,
                     tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
};

} // namespace

// What other threads post must not have it run out of work for a moment, which
// is what it would look like with nothing to listen at.
TEST(sip_edge, keeps_its_threads_until_it_is_closed) {
  boost::asio::io_context io;
  recording_handler handler;
  sip_edge edge{io, handler, {}};
  ASSERT_TRUE(edge.listen({}));
  io.run_for(20ms);
  EXPECT_FALSE(io.stopped());
  edge.close();
  edge.close();
  io.run();
  EXPECT_TRUE(io.stopped());
}

// Whoever answers need not wake up the thread that receives.
TEST(sip_edge, sends_datagrams_on_the_thread_that_asks) {
  boost::asio::io_context never_run;
  recording_handler handler;
  sip_edge edge{never_run, handler, {}};
  const auto local =
    edge.listen({sip_endpoint{transport::udp, {"127.0.0.1", 0}}});
  ASSERT_TRUE(local);
  auto phone = test_socket::connected_to(local->front());
  sip::flow path;
  path.kind = transport::udp;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  edge.send(path, to_bytes("hello"));
  EXPECT_EQ(phone.receive(), "hello");
  edge.close();
  never_run.run();
  edge.send(path, to_bytes("after the end"));
}

class sip_edge_address : public testing::TestWithParam<const char*> {};

TEST_P(sip_edge_address, carries_datagrams_both_ways) {
  running_edge running;
  echo(running);
  const auto local = running.listen(transport::udp, GetParam());
  ASSERT_NE(local.address.port, 0);
  auto phone = test_socket::connected_to(local);
  phone.send(make_request());
  EXPECT_EQ(phone.receive(), make_request());
  const auto seen = running.handler.take().datagrams.at(0).source;
  EXPECT_EQ(seen.kind, transport::udp);
  EXPECT_EQ(seen.remote_address, GetParam());
  EXPECT_EQ(seen.remote_port, phone.local().address.port);
  EXPECT_EQ(seen.local_address, GetParam());
  EXPECT_EQ(seen.local_port, local.address.port);
  EXPECT_EQ(seen.connection, 0u);
}

TEST_P(sip_edge_address, carries_streams_both_ways) {
  running_edge running;
  echo(running);
  const auto local = running.listen(transport::tcp, GetParam());
  auto phone = test_socket::connected_to(local);
  phone.send(make_request(7));
  EXPECT_EQ(phone.receive_exactly(make_request(7).size()), make_request(7));
  const auto seen = running.handler.take().messages.at(0).source;
  EXPECT_EQ(seen.kind, transport::tcp);
  EXPECT_EQ(seen.remote_address, GetParam());
  EXPECT_EQ(seen.remote_port, phone.local().address.port);
  EXPECT_EQ(seen.local_port, local.address.port);
  EXPECT_NE(seen.connection, 0u);
}

INSTANTIATE_TEST_SUITE_P(ip_versions, sip_edge_address,
                         testing::Values("127.0.0.1", "::1"),
                         [](const auto& tested) {
                           return tested.index == 0 ? "v4" : "v6";
                         });

TEST(sip_edge, sends_a_datagram_from_the_listener_of_its_flow) {
  running_edge running;
  echo(running);
  const auto local = running.edge.listen({
    {transport::udp, {"127.0.0.1", 0}},
    {transport::udp, {"127.0.0.1", 0}},
  });
  ASSERT_TRUE(local);
  // A connected datagram socket takes nothing from any other port.
  auto phone = test_socket::connected_to(local->at(1));
  phone.send("hello");
  EXPECT_EQ(phone.receive(), "hello");
}

TEST(sip_edge, sends_a_datagram_without_local_address_from_its_family) {
  running_edge running;
  const auto local = running.edge.listen({
    {transport::udp, {"::1", 0}},
    {transport::udp, {"127.0.0.1", 0}},
  });
  ASSERT_TRUE(local);
  auto phone = test_socket::connected_to(local->at(1));
  sip::flow path;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  running.edge.send(path, to_bytes("hello"));
  EXPECT_EQ(phone.receive(), "hello");
}

TEST(sip_edge, serves_datagrams_after_one_that_nobody_took) {
  running_edge running;
  echo(running);
  const auto local = running.listen(transport::udp);
  sip::flow nowhere;
  nowhere.remote_address = "127.0.0.1";
  {
    auto gone = test_socket::connected_to(local);
    nowhere.remote_port = gone.local().address.port;
  }
  running.edge.send(nowhere, to_bytes("lost"));
  auto phone = test_socket::connected_to(local);
  phone.send("hello");
  EXPECT_EQ(phone.receive(), "hello");
}

TEST(sip_edge, reports_a_datagram_that_no_listener_can_send) {
  running_edge running;
  running.listen(transport::udp);
  sip::flow path;
  path.remote_address = "::1";
  path.remote_port = 5060;
  running.edge.send(path, to_bytes("hello"));
  path.remote_address = "example.org";
  running.edge.send(path, to_bytes("hello"));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 2; }));
}

TEST(sip_edge, refuses_a_port_in_use_and_keeps_none_of_the_others) {
  for (const auto kind : {transport::udp, transport::tcp}) {
    running_edge holder;
    const auto taken = holder.listen(kind);
    // The free port is known to be free only after it was given back.
    running_edge probe;
    const auto free = probe.listen(transport::tcp);
    probe.close();
    running_edge second;
    const auto refused = second.edge.listen({free, taken});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::cannot_listen);
    EXPECT_NE(refused.error().detail.find(to_string(taken)), std::string::npos);
    EXPECT_NE(refused.error().detail.find("in use"), std::string::npos);
    EXPECT_THROW((void)test_socket::connected_to(free), std::exception);
  }
}

TEST(sip_edge, refuses_to_listen_on_what_is_no_local_address) {
  running_edge running;
  const auto code = [&](const sip_endpoint& endpoint) {
    return running.edge.listen({endpoint}).error().code;
  };
  EXPECT_EQ(code({transport::udp, {"localhost", 0}}), errc::malformed);
  EXPECT_EQ(code({transport::udp, {"192.0.2.1", 0}}), errc::cannot_listen);
}

TEST(sip_edge, opens_one_connection_for_all_messages_to_one_place) {
  running_edge running;
  auto phone = test_socket::listening();
  sip::flow path;
  path.kind = transport::tcp;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  const auto request = make_request();
  running.edge.send(path, to_bytes(request));
  running.edge.send(path, to_bytes(request));
  auto connection = phone.accept();
  EXPECT_EQ(connection.receive_exactly(2 * request.size()), request + request);
  connection.send(make_request(3));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
  const auto source = running.handler.take().messages.at(0).source;
  EXPECT_EQ(source.remote_port, path.remote_port);
  EXPECT_NE(source.connection, 0u);
  EXPECT_NE(source.local_port, 0);
  running.edge.send(source, to_bytes("answer"));
  EXPECT_EQ(connection.receive_exactly(6), "answer");
}

TEST(sip_edge, opens_a_new_connection_when_the_last_one_has_ended) {
  running_edge running;
  auto phone = test_socket::listening();
  sip::flow path;
  path.kind = transport::tcp;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  for (int round = 0; round < 2; ++round) {
    running.edge.send(path, to_bytes("hello"));
    {
      auto connection = phone.accept();
      EXPECT_EQ(connection.receive_exactly(5), "hello");
    }
    ASSERT_TRUE(running.handler.wait_for(
      [](const auto& seen) { return seen.closed.size() == 1; }));
    (void)running.handler.take();
  }
}

TEST(sip_edge, reports_a_connection_that_is_refused) {
  running_edge running;
  const idle_port nobody;
  auto path = nobody.flow();
  running.edge.send(path, to_bytes("hello"));
  // Once more when the message came to it only after that.
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return !seen.closed.empty(); }));
  const auto closed = running.handler.take().closed.at(0);
  EXPECT_EQ(closed.path.remote_port, path.remote_port);
  EXPECT_EQ(closed.why.code, errc::unreachable);
}

TEST(sip_edge, tells_the_sender_of_each_message_that_could_not_be_sent) {
  running_edge running;
  const idle_port nobody;
  auto path = nobody.flow();
  std::promise<void> refused;
  running.edge.send(path, to_bytes("hello"), [&] { refused.set_value(); });
  EXPECT_EQ(refused.get_future().wait_for(5s), std::future_status::ready);
  path.connection = 4711;
  std::promise<void> unknown;
  running.edge.send(path, to_bytes("hello"), [&] { unknown.set_value(); });
  EXPECT_EQ(unknown.get_future().wait_for(5s), std::future_status::ready);
  path.kind = transport::udp;
  path.local_port = 1;
  path.local_address = "127.0.0.1";
  std::promise<void> unbound;
  running.edge.send(path, to_bytes("hello"), [&] { unbound.set_value(); });
  EXPECT_EQ(unbound.get_future().wait_for(5s), std::future_status::ready);
}

TEST(sip_edge, tells_nobody_about_a_message_that_was_sent) {
  running_edge running;
  auto phone = test_socket::listening();
  sip::flow path;
  path.kind = transport::tcp;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  std::atomic<bool> failed = false;
  running.edge.send(path, to_bytes("hello"), [&] { failed = true; });
  {
    auto connection = phone.accept();
    EXPECT_EQ(connection.receive_exactly(5), "hello");
  }
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  EXPECT_FALSE(failed);
}

TEST(sip_edge, reports_a_message_for_a_connection_that_is_gone) {
  running_edge running;
  const auto local = running.listen(transport::tcp);
  sip::flow source;
  {
    auto phone = test_socket::connected_to(local);
    phone.send(make_request());
    ASSERT_TRUE(running.handler.wait_for(
      [](const auto& seen) { return seen.messages.size() == 1; }));
  }
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  source = running.handler.take().messages.at(0).source;
  running.edge.send(source, to_bytes("late"));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  EXPECT_EQ(running.handler.take().closed.at(0).path, source);
}

TEST(sip_edge, lets_its_threads_end_when_it_is_closed) {
  running_edge running;
  const auto local = running.edge.listen({
    {transport::udp, {"127.0.0.1", 0}},
    {transport::tcp, {"127.0.0.1", 0}},
  });
  ASSERT_TRUE(local);
  auto phone = test_socket::connected_to(local->at(1));
  phone.send(make_request());
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
  running.close();
  EXPECT_EQ(phone.receive(), "");
  EXPECT_EQ(running.handler.take().closed.size(), 1u);
}

TEST(sip_edge, serves_many_phones_from_many_threads) {
  running_edge running;
  echo(running);
  const auto local = running.edge.listen({
    {transport::udp, {"127.0.0.1", 0}},
    {transport::tcp, {"127.0.0.1", 0}},
  });
  ASSERT_TRUE(local);
  constexpr int phones = 4;
  constexpr int rounds = 50;
  std::atomic<int> answers = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < phones; ++i) {
      threads.emplace_back([&] {
        auto datagrams = test_socket::connected_to(local->at(0));
        auto stream = test_socket::connected_to(local->at(1));
        const auto request = make_request(100);
        for (int round = 0; round < rounds; ++round) {
          datagrams.send(request);
          stream.send(request);
          answers += datagrams.receive() == request;
          answers += stream.receive_exactly(request.size()) == request;
        }
      });
    }
  }
  EXPECT_EQ(answers, 2 * phones * rounds);
}
