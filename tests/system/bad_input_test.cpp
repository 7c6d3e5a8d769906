#include "bench/demo/test_phone.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/parser.hpp"
#include "tests/runtime/edge/test_socket.hpp"
#include "tests/system/node_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// A node that strangers send bytes to.
class bad_input : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(node.start_ready()) << log();
  }

  [[nodiscard]] test_socket connect(sip::transport kind) const {
    const auto* name = kind == sip::transport::udp ? "udp" : "tcp";
    return test_socket::connected_to({kind, node.adapter(name)});
  }

  [[nodiscard]] std::string log() {
    return node.process().output();
  }

  /// Tells whether the log names the sender of what was refused.
  bool refused(const test_socket& from, const std::string& why) {
    return node.process().wait_for(
      "refused what came from " + to_string(from.local()) + ": " + why, 30s);
  }

  /// Tells whether phones can still register and call each other.
  void expect_service() {
    auto bob = test_phone::open("bob", "example.org", node.adapter("udp"), 30s);
    ASSERT_TRUE(bob);
    const auto registered = bob->register_here();
    ASSERT_TRUE(registered) << log();
    EXPECT_EQ(registered->status(), 200u) << log();
    const auto called = bob->call("bob");
    ASSERT_TRUE(called) << log();
    EXPECT_EQ(called->status(), 302u) << log();
  }

  node_process node;
};

/// Writes a request of a phone whose address does not matter.
std::string request(const std::string& method, const std::string& more,
                    const std::string& number = "1") {
  return method
    + " sip:example.org SIP/2.0\r\n"
      "Via: SIP/2.0/TCP 127.0.0.1:9;rport;branch=z9hG4bK-"
    + number
    + "\r\n"
      "Max-Forwards: 70\r\n"
      "From: <sip:alice@example.org>;tag=1\r\n"
      "To: <sip:alice@example.org>\r\n"
      "Call-ID: bad-input\r\n"
      "CSeq: "
    + number + " " + method + "\r\n" + more + "\r\n";
}

/// Gives all that comes until the other end closes.
std::string receive_all(test_socket& from) {
  std::string result;
  for (auto part = from.receive(); !part.empty(); part = from.receive())
    result += part;
  return result;
}

} // namespace

TEST_F(bad_input, datagrams_of_junk_are_dropped) {
  auto stranger = connect(sip::transport::udp);
  std::string binary;
  for (int i = 0; i < 256; ++i)
    binary += static_cast<char>(i);
  stranger.send(binary);
  EXPECT_TRUE(refused(stranger, "malformed input"));
  const auto good = request("OPTIONS", "Content-Length: 0\r\n");
  for (const auto& text :
       {std::string{"x"}, std::string(60'000, 'A'),
        good.substr(0, good.size() / 2), "SIP/2.0 200 OK\r\n\r\n" + good,
        std::string{"OPTIONS sip:example.org SIP/2.0\r\n\r\n"}})
    stranger.send(text);
  // The first answer there is one is the one to the request that is good.
  stranger.send(good);
  EXPECT_THAT(stranger.receive(), StartsWith("SIP/2.0 200 OK\r\n"));
  expect_service();
}

TEST_F(bad_input, streams_of_junk_are_closed) {
  auto stranger = connect(sip::transport::tcp);
  stranger.send(std::string(sip::defaults::max_head_size + 1, 'A'));
  EXPECT_EQ(receive_all(stranger), "");
  EXPECT_TRUE(refused(stranger, ""));
  expect_service();
}

TEST_F(bad_input, a_message_that_is_too_large_gets_a_513) {
  for (const auto& [more, body] :
       {std::pair{"Content-Length: 10000000\r\n", std::string{}},
        std::pair{"Subject: ",
                  std::string(sip::defaults::max_head_size, 'A')}}) {
    auto stranger = connect(sip::transport::tcp);
    auto text = request("OPTIONS", more);
    // The head that is too large never ends.
    if (!body.empty())
      text = text.substr(0, text.size() - 2) + body;
    stranger.send(text);
    EXPECT_THAT(receive_all(stranger), StartsWith("SIP/2.0 513 ")) << more;
    EXPECT_TRUE(refused(stranger, "too large")) << log();
  }
  expect_service();
}

TEST_F(bad_input, a_wrong_content_length_gets_a_400) {
  for (const auto* length :
       {"-1", "x", "99999999999999999999", "0, 5", "\r\n 0"}) {
    auto stranger = connect(sip::transport::tcp);
    stranger.send(
      request("OPTIONS", std::string{"Content-Length: "} + length + "\r\n"));
    EXPECT_THAT(receive_all(stranger), StartsWith("SIP/2.0 400 ")) << length;
    EXPECT_TRUE(refused(stranger, "malformed input")) << log();
  }
  // What follows a body that is longer than it says is no message.
  auto stranger = connect(sip::transport::tcp);
  stranger.send(request("OPTIONS", "Content-Length: 0\r\n") + "v=0\r\n\r\n");
  receive_all(stranger);
  EXPECT_TRUE(refused(stranger, "malformed input")) << log();
  expect_service();
}

TEST_F(bad_input, a_message_that_is_cut_off_changes_nothing) {
  auto stranger = connect(sip::transport::tcp);
  stranger.send("REGISTER sip:example.org SIP/2.0\r\nVia: SIP");
  stranger.shut_down();
  EXPECT_EQ(receive_all(stranger), "");
  EXPECT_TRUE(refused(stranger, "malformed input")) << log();
  expect_service();
}

TEST_F(bad_input, a_sender_that_is_too_slow_is_timed_out) {
  auto stranger = connect(sip::transport::tcp);
  stranger.send("OPTIONS sip:example.org SIP/2.0\r\n");
  expect_service();
  EXPECT_TRUE(refused(stranger, "timeout")) << log();
  EXPECT_EQ(receive_all(stranger), "");
}

TEST_F(bad_input, a_folded_message_is_read) {
  auto phone = connect(sip::transport::tcp);
  phone.send(request("OPTIONS",
                     "Subject: one\r\n two\r\n\tthree\r\n"
                     "Content-Length: 0\r\n"));
  EXPECT_THAT(phone.receive(), StartsWith("SIP/2.0 200 ")) << log();
}

TEST_F(bad_input, connections_above_the_limit_are_closed) {
  node.process().send(SIGKILL);
  constexpr auto files = 256;
  const auto limit = "--nofile=" + std::to_string(files);
  ASSERT_TRUE(node.start_ready({"prlimit", limit})) << log();
  auto first = connect(sip::transport::tcp);
  std::deque<test_socket> others;
  for (int i = 0; i < files; ++i)
    others.push_back(connect(sip::transport::tcp));
  // A quarter of so few files is for connections.
  EXPECT_EQ(receive_all(others[files / 4]), "");
  EXPECT_TRUE(node.process().wait_for("the connection limit is reached", 30s))
    << log();
  first.send(request("OPTIONS", "Content-Length: 0\r\n"));
  EXPECT_THAT(first.receive(), StartsWith("SIP/2.0 200 "));
  expect_service();
  others.clear();
  // A connection that was given back serves somebody else.
  for (auto served = false; !served;) {
    auto next = connect(sip::transport::tcp);
    next.send(request("OPTIONS", "Content-Length: 0\r\n", "2"));
    served = next.receive().starts_with("SIP/2.0 200 ");
  }
}

TEST_F(bad_input, a_call_that_is_cancelled_at_once_ends_with_a_487) {
  auto bob = test_phone::open("bob", "example.org", node.adapter("udp"), 30s);
  ASSERT_TRUE(bob);
  ASSERT_TRUE(bob->register_here());
  auto alice = connect(sip::transport::tcp);
  const auto contact = "Contact: <sip:alice@" + to_string(alice.local().address)
    + ";transport=tcp>\r\nContent-Length: 0\r\n";
  alice.send(request("REGISTER", contact));
  ASSERT_THAT(alice.receive(), StartsWith("SIP/2.0 200 "));
  // The node has to look somebody up meanwhile; should it be faster than the
  // CANCEL that comes right behind, it is tried again.
  std::string answers;
  for (int i = 2; i < 20 && answers.find("SIP/2.0 487 ") == std::string::npos;
       ++i) {
    auto invite = request("INVITE", contact, std::to_string(i));
    invite.replace(invite.find("To: <sip:alice"), 14, "To: <sip:bob");
    invite.replace(invite.find("sip:example.org"), 15, "sip:bob@example.org");
    const auto message = sip::parse_message(as_bytes(invite));
    ASSERT_TRUE(message);
    const auto cancel = sip::make_cancel(*message).print();
    alice.send(invite + std::string{as_text(cancel)});
    answers.clear();
    const auto ended = [&] {
      return answers.find("SIP/2.0 487 ") != std::string::npos
        || answers.find("SIP/2.0 302 ") != std::string::npos;
    };
    while (!ended())
      answers += alice.receive();
  }
  EXPECT_THAT(answers, HasSubstr("SIP/2.0 487 "));
  EXPECT_THAT(answers, HasSubstr(" CANCEL\r\n"));
}
