#include "tests/runtime/edge/recording_handler.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <gtest/gtest.h>

#include <thread>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using sip::transport;

TEST(sip_edge_stream, cuts_messages_that_came_together) {
  running_edge running;
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.send(make_request(1) + make_request(2) + make_request(3));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 3; }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.messages[0].text, make_request(1));
  EXPECT_EQ(seen.messages[1].text, make_request(2));
  EXPECT_EQ(seen.messages[2].text, make_request(3));
}

TEST(sip_edge_stream, joins_a_message_that_came_in_pieces) {
  running_edge running;
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  const auto request = make_request(20'000);
  for (size_t sent = 0; sent < request.size(); sent += 977) {
    phone.send(std::string_view{request}.substr(sent, 977));
  }
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 1; }));
  EXPECT_EQ(running.handler.take().messages[0].text, request);
}

TEST(sip_edge_stream, answers_pings) {
  running_edge running;
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.send("\r\n\r\n");
  EXPECT_EQ(phone.receive_exactly(2), "\r\n");
}

TEST(sip_edge_stream, answers_a_wrong_content_length_and_closes) {
  running_edge running;
  running.handler.on_unframed = [&](const sip::flow& source) {
    running.edge.send(source, to_bytes("SIP/2.0 400 Bad Request\r\n\r\n"));
  };
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.send(make_request(5));
  auto wrong = make_request(5);
  wrong.replace(wrong.find("h: 5"), 4, "h: -");
  phone.send(wrong + make_request(6));
  EXPECT_EQ(phone.receive_exactly(27), "SIP/2.0 400 Bad Request\r\n\r\n");
  EXPECT_EQ(phone.receive(), "");
  phone.shut_down();
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.messages.size(), 1u);
  ASSERT_EQ(seen.unframed.size(), 1u);
  EXPECT_EQ(seen.unframed[0].code, errc::malformed);
}

TEST(sip_edge_stream, refuses_a_message_that_is_too_large) {
  sip_edge_config config;
  config.max_message_size = 1000;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.send(make_request(1000));
  EXPECT_EQ(phone.receive(), "");
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.unframed.size() == 1; }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.unframed[0].code, errc::too_large);
  EXPECT_TRUE(seen.messages.empty());
}

TEST(sip_edge_stream, does_not_wait_long_for_the_end_of_a_refused_one) {
  sip_edge_config config;
  config.close_timeout = 20ms;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.send("nonsense\r\n\r\n");
  EXPECT_EQ(phone.receive(), "");
  // This end stays open on purpose.
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  EXPECT_EQ(running.handler.take().closed[0].why.code, errc::timeout);
}

TEST(sip_edge_stream, refuses_a_stream_that_ends_within_a_message) {
  running_edge running;
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  auto longer = make_request(5);
  longer.replace(longer.find("h: 5"), 4, "h: 9");
  phone.send(longer);
  phone.shut_down();
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  const auto seen = running.handler.take();
  ASSERT_EQ(seen.refused.size(), 1u);
  EXPECT_EQ(seen.refused[0].why.code, errc::malformed);
  EXPECT_EQ(seen.refused[0].path.remote_port, phone.local().address.port);
  EXPECT_TRUE(seen.messages.empty());
}

TEST(sip_edge_stream, times_a_slow_sender_out_however_it_drips) {
  sip_edge_config config;
  config.message_timeout = 50ms;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  phone.send(make_request());
  const auto slow = make_request(10);
  const auto begun = std::chrono::steady_clock::now();
  const auto is_closed = [](const auto& seen) {
    return seen.closed.size() == 1;
  };
  std::jthread dripping{[&](const std::stop_token& stop) {
    for (size_t i = 0; i < slow.size() && !stop.stop_requested(); ++i) {
      try {
        phone.send(std::string_view{slow}.substr(i, 1));
      } catch (const std::exception&) {
        // The edge has closed.
        return;
      }
      std::this_thread::sleep_for(5ms);
    }
  }};
  ASSERT_TRUE(running.handler.wait_for(is_closed));
  dripping.request_stop();
  dripping.join();
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 45ms);
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.messages.size(), 1u);
  ASSERT_EQ(seen.refused.size(), 1u);
  EXPECT_EQ(seen.refused[0].why.code, errc::timeout);
}

TEST(sip_edge_stream, closes_an_idle_connection) {
  sip_edge_config config;
  config.idle_timeout = 20ms;
  running_edge running{config};
  const auto local = running.listen(transport::tcp);
  auto phone = test_socket::connected_to(local);
  EXPECT_EQ(phone.receive(), "");
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  const auto seen = running.handler.take();
  EXPECT_EQ(seen.closed[0].why.code, errc::timeout);
  EXPECT_TRUE(seen.refused.empty());
}

TEST(sip_edge_stream, gives_up_opening_a_connection_in_time) {
  sip_edge_config config;
  config.connect_timeout = 30ms;
  running_edge running{config};
  // A listener whose queue is full answers no further attempt.
  auto phone = test_socket::listening();
  const auto first = test_socket::connected_to(phone.local());
  sip::flow path;
  path.kind = transport::tcp;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  running.edge.send(path, to_bytes("hello"));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  EXPECT_EQ(running.handler.take().closed[0].why.code, errc::timeout);
}
