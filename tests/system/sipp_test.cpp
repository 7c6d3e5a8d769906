#include "tests/system/node_process.hpp"

#include <gtest/gtest.h>

using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// The phones' side is SIPp; the parameter is the transport.
class sipp : public testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    ASSERT_TRUE(node_.start_ready()) << node_.process().output();
  }

  /// Plays a scenario once.
  /// @returns SIPp's exit status: 0 when everything came as expected.
  std::optional<int> play(const std::string& scenario,
                          const std::string& user) {
    // One connection, or one socket, for all messages of a phone.
    const auto transport = GetParam() == "udp" ? "u1" : "t1";
    const auto adapter = node_.adapter(GetParam());
    child_process phone{
      {"sipp", "-sf",
       std::string{CARILLON_SIPP_SCENARIOS} + "/" + scenario + ".xml", "-s",
       user, "-i", "127.0.0.1", "-t", transport, "-m", "1", "-nostdin",
       "-timeout", "30", "-timeout_error", to_string(adapter)},
      node_.directory() / ("sipp-" + user)};
    const auto status = phone.wait(40s);
    if (status != 0)
      ADD_FAILURE() << phone.output() << node_.process().output();
    return status;
  }

  node_process node_;
};

} // namespace

TEST_P(sipp, a_phone_registers_and_calls_another) {
  EXPECT_EQ(play("register", "bob"), 0);
  EXPECT_EQ(play("register_and_call_bob", "alice"), 0);
}

TEST_P(sipp, calls_that_cannot_be_set_up_are_answered) {
  EXPECT_EQ(play("register_and_call_nobody", "alice"), 0);
  EXPECT_EQ(play("call_without_registering", "mallory"), 0);
}

TEST_P(sipp, a_phone_unregisters) {
  EXPECT_EQ(play("register_and_remove", "bob"), 0);
}

INSTANTIATE_TEST_SUITE_P(over, sipp, testing::Values("udp", "tcp"),
                         [](const auto& which) { return which.param; });
