#include "tests/runtime/edge/recording_handler.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using sip::transport;

namespace {

/// Takes all files from the process while it lives.
class no_files_left {
public:
  no_files_left() {
    getrlimit(RLIMIT_NOFILE, &before_);
    // Files are numbered from the lowest free number: none is below this one.
    const auto lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowest_free);
    const rlimit none{static_cast<rlim_t>(lowest_free), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }

  ~no_files_left() {
    setrlimit(RLIMIT_NOFILE, &before_);
  }

  no_files_left(const no_files_left&) = delete;
  no_files_left& operator=(const no_files_left&) = delete;

private:
  rlimit before_{};
};

} // namespace

TEST(sip_edge_limits, drop_datagrams_that_are_too_large) {
  sip_edge_config config;
  config.max_datagram_size = 100;
  running_edge running{config};
  const auto local = running.listen(transport::udp);
  auto phone = test_socket::connected_to(local);
  phone.send(std::string(101, 'x'));
  phone.send(std::string(5000, 'x'));
  phone.send(std::string(100, 'y'));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.datagrams.size() == 1; }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.datagrams[0].text, std::string(100, 'y'));
  ASSERT_EQ(seen.refused.size(), 2u);
  EXPECT_EQ(seen.refused[0].why.code, errc::too_large);
  EXPECT_EQ(seen.refused[0].path.remote_port, phone.local().address.port);
}

TEST(sip_edge_limits, take_the_largest_datagram_there_is) {
  running_edge running;
  const auto local = running.listen(transport::udp);
  auto phone = test_socket::connected_to(local);
  // 65535 less the headers of IPv4 and UDP.
  phone.send(std::string(65507, 'x'));
  EXPECT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.datagrams.size() == 1; }));
}

TEST(sip_edge_limits, spend_nothing_on_keep_alive_datagrams) {
  running_edge running;
  const auto local = running.listen(transport::udp);
  auto phone = test_socket::connected_to(local);
  phone.send("\r\n\r\n");
  phone.send("");
  phone.send(std::string_view{"\0", 1});
  phone.send("hello");
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return !seen.datagrams.empty(); }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.datagrams[0].text, "hello");
  EXPECT_TRUE(seen.refused.empty());
}

TEST(sip_edge_limits, drop_datagrams_without_credit) {
  sip_edge_config config;
  config.max_messages_in_flight = 2;
  running_edge running{config};
  running.handler.keep_credits = true;
  const auto local = running.listen(transport::udp);
  auto phone = test_socket::connected_to(local);
  for (const auto* text : {"1", "2", "3"}) {
    phone.send(text);
  }
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.refused.size() == 1; }));
  {
    const auto seen = running.handler.take();
    EXPECT_EQ(seen.datagrams.size(), 2u);
    EXPECT_EQ(seen.refused[0].why.code, errc::overloaded);
  }
  phone.send("4");
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.datagrams.size() == 1; }));
  EXPECT_EQ(running.handler.take().datagrams[0].text, "4");
}

TEST(sip_edge_limits, stop_reading_streams_without_credit) {
  sip_edge_config config;
  config.max_messages_in_flight = 1;
  // Being made to wait is not the sender's fault.
  config.message_timeout = 20ms;
  config.idle_timeout = 20ms;
  running_edge running{config};
  running.handler.keep_credits = true;
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  constexpr size_t count = 5;
  for (size_t i = 0; i < count; ++i) {
    phone.send(make_request(i));
  }
  for (size_t i = 0; i < count; ++i) {
    ASSERT_TRUE(running.handler.wait_for(
      [](const auto& seen) { return seen.messages.size() == 1; }));
    if (i == 0) {
      // Longer than either timeout.
      std::this_thread::sleep_for(40ms);
    }
    // Taking the record gives the credit back.
    const auto seen = running.handler.take();
    ASSERT_EQ(seen.messages.size(), 1u);
    EXPECT_EQ(seen.messages[0].text, make_request(i));
    EXPECT_TRUE(seen.closed.empty());
  }
}

TEST(sip_edge_limits, give_credits_to_streams_in_turn) {
  sip_edge_config config;
  config.max_messages_in_flight = 1;
  running_edge running{config};
  running.handler.keep_credits = true;
  const auto local = running.listen(transport::tcp);
  auto first = test_socket::connected_to(local);
  auto second = test_socket::connected_to(local);
  first.send(make_request(1) + make_request(1) + make_request(1));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
  second.send(make_request(2));
  size_t of_second = 0;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(running.handler.wait_for(
      [](const auto& seen) { return seen.messages.size() == 1; }));
    of_second += running.handler.take().messages[0].text == make_request(2);
  }
  EXPECT_EQ(of_second, 1u);
}

TEST(sip_edge_limits, close_connections_above_their_number) {
  sip_edge_config config;
  config.max_connections = 1;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  {
    auto first = test_socket::connected_to(local);
    first.send(make_request());
    ASSERT_TRUE(running.handler.wait_for(
      [](const auto& seen) { return seen.messages.size() == 1; }));
    auto second = test_socket::connected_to(local);
    EXPECT_EQ(second.receive(), "");
    const auto seen = running.handler.take();
    ASSERT_EQ(seen.refused.size(), 1u);
    EXPECT_EQ(seen.refused[0].why.code, errc::overloaded);
    EXPECT_EQ(seen.refused[0].path.remote_port, second.local().address.port);
    // The limit is one for both directions.
    sip::flow path;
    path.kind = transport::tcp;
    path.remote_address = "127.0.0.1";
    path.remote_port = 5060;
    running.edge.send(path, to_bytes("hello"));
    ASSERT_TRUE(running.handler.wait_for(
      [](const auto& later) { return later.closed.size() == 1; }));
    EXPECT_EQ(running.handler.take().closed[0].why.code, errc::overloaded);
  }
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  auto third = test_socket::connected_to(local);
  third.send(make_request());
  EXPECT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
}

TEST(sip_edge_limits, accept_again_after_the_process_ran_out_of_files) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the undefined-behaviour sanitizer checks memory through a "
                  "pipe, which needs files";
#endif
  sip_edge_config config;
  config.accept_retry = 5ms;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  std::optional<no_files_left> shortage;
  auto early = test_socket::connected_to(local);
  early.send(make_request());
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
  // The socket is there before the files are gone; the accepted one is not.
  auto phone = test_socket::unconnected(local);
  shortage.emplace();
  phone.connect_to(local);
  phone.send(make_request(1));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.refused.size() >= 2; }));
  shortage.reset();
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 2; }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.refused[0].why.code, errc::overloaded);
  EXPECT_EQ(seen.messages[1].text, make_request(1));
}

TEST(sip_edge_limits, drop_a_connection_whose_end_does_not_read) {
  sip_edge_config config;
  config.max_write_queue = 100'000;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.shrink_receive_buffer();
  phone.send(make_request());
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
  const auto source = running.handler.take().messages[0].source;
  // More than the system's own buffers hold.
  for (int i = 0; i < 2000; ++i) {
    running.edge.send(source, bytes(10'000, 'x'));
  }
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return !seen.closed.empty(); }));
  const auto seen = running.handler.take();
  ASSERT_EQ(seen.refused.size(), 1u);
  EXPECT_EQ(seen.refused[0].why.code, errc::overloaded);
  EXPECT_EQ(seen.closed[0].path, source);
}
