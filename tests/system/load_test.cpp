#include "bench/demo/test_phone.hpp"
#include "tests/system/local_address.hpp"
#include "tests/system/node_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

constexpr auto loopback = "127.0.0.1";

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr auto default_users = "200";
#else
constexpr auto default_users = "1000";
#endif

/// How many users register; TEST_USERS sets another number.
std::string users() {
  const auto* given = std::getenv("TEST_USERS");
  return given != nullptr ? given : default_users;
}

} // namespace

TEST(load, many_users_register_and_none_is_lost) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto wanted = users();
  // SIPp goes as fast as the node, with so many requests under way at a time.
  child_process phones{
    {"sipp", "-sf", CARILLON_TEST_DATA "/sipp/register_as_one_of_many.xml",
     "-i", loopback, "-p", std::to_string(free_port(loopback)), "-t", "u1",
     "-m", wanted, "-r", "5000", "-l", "200", "-nostdin",
     to_string(node.adapter("udp"))},
    node.directory() / "sipp"};
  const auto count = std::stoul(wanted);
  // On a busy machine one takes tens of milliseconds.
  ASSERT_EQ(phones.wait(60s + 30ms * count), 0) << phones.output();
  // They are still there when the node is killed and comes back.
  node.process().send(SIGKILL);
  ASSERT_EQ(node.process().wait(10s), 128 + SIGKILL);
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto caller =
    test_phone::open("caller", "example.org", node.adapter("udp"), 30s);
  ASSERT_TRUE(caller);
  ASSERT_TRUE(caller->register_here());
  for (size_t i = 1; i <= count; i += std::max<size_t>(1, count / 100)) {
    const auto answer = caller->call("user-" + std::to_string(i));
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->status(), 302u) << i;
  }
}
