#include "runtime/admin/request_guard.hpp"

#include <gtest/gtest.h>

using namespace carillon;
namespace http = boost::beast::http;

namespace {

const endpoint loopback{"127.0.0.1", 7481};
const endpoint outside{"192.0.2.10", 7481};

admin_request asking(const std::string& host) {
  admin_request result{http::verb::get, "/health", 11};
  result.set(http::field::host, host);
  return result;
}

unsigned status(const std::optional<admin_answer>& refusal) {
  return refusal ? refusal->status : 200;
}

} // namespace

TEST(request_guard, lets_names_of_the_listener_through) {
  const request_guard guard{{}, {}};
  for (const auto* host :
       {"127.0.0.1:7481", "localhost:7481", "LocalHost:7481", "[::1]:7481"})
    EXPECT_FALSE(guard.check(asking(host), loopback)) << host;
  EXPECT_FALSE(guard.check(asking("192.0.2.10:7481"), outside));
  EXPECT_FALSE(
    guard.check(asking("[2001:db8::1]:7481"), endpoint{"2001:db8::1", 7481}));
}

TEST(request_guard, refuses_names_of_others) {
  const request_guard guard{{}, {}};
  for (const auto* host :
       {"", "evil.example:7481", "127.0.0.1", "127.0.0.1:80",
        "127.0.0.1:7481.evil.example", "localhost", "[::1]", "::1:7481"})
    EXPECT_EQ(status(guard.check(asking(host), loopback)), 403u) << host;
  // Only whoever connects by loopback may call it so.
  for (const auto* host : {"localhost:7481", "127.0.0.1:7481"})
    EXPECT_EQ(status(guard.check(asking(host), outside)), 403u) << host;
}

TEST(request_guard, wants_one_host) {
  const request_guard guard{{}, {}};
  auto request = asking("127.0.0.1:7481");
  request.insert(http::field::host, "127.0.0.1:7481");
  EXPECT_EQ(status(guard.check(request, loopback)), 400u);
  request.erase(http::field::host);
  EXPECT_EQ(status(guard.check(request, loopback)), 400u);
}

TEST(request_guard, knows_the_usual_ports_and_the_name_of_the_machine) {
  const request_guard guard{"node1.example.org", {}};
  EXPECT_FALSE(
    guard.check(asking("node1.example.org"), endpoint{"192.0.2.10", 443}));
  EXPECT_FALSE(guard.check(asking("node1.example.org:7481"), outside));
  EXPECT_EQ(status(guard.check(asking("node1.example.org"), outside)), 403u);
}

TEST(request_guard, refuses_what_comes_from_web_pages) {
  const request_guard guard{{}, {}};
  for (const auto* origin :
       {"http://evil.example", "null", "", "http://127.0.0.1:7481"}) {
    auto request = asking("127.0.0.1:7481");
    request.set(http::field::origin, origin);
    EXPECT_EQ(status(guard.check(request, loopback)), 403u) << origin;
  }
}

TEST(request_guard, wants_its_token) {
  const request_guard guard{{}, "0123456789abcdef"};
  const auto given = [&](const std::string& value) {
    auto request = asking("127.0.0.1:7481");
    request.set(http::field::authorization, value);
    return status(guard.check(request, loopback));
  };
  EXPECT_EQ(given("Bearer 0123456789abcdef"), 200u);
  EXPECT_EQ(given("bearer 0123456789abcdef"), 200u);
  for (const auto* wrong :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcdeF",
        "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
        "Basic 0123456789abcdef", "0123456789abcdef"})
    EXPECT_EQ(given(wrong), 401u) << wrong;
  auto twice = asking("127.0.0.1:7481");
  twice.insert(http::field::authorization, "Bearer 0123456789abcdef");
  twice.insert(http::field::authorization, "Bearer 0123456789abcdef");
  EXPECT_EQ(status(guard.check(twice, loopback)), 401u);
  EXPECT_EQ(status(guard.check(asking("127.0.0.1:7481"), loopback)), 401u);
}
