#include "tests/system/baresip_phone.hpp"
#include "tests/system/local_address.hpp"
#include "tests/system/node_process.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

constexpr auto loopback = "127.0.0.1";

/// How calls between strangers are set up.
struct way_of_calling {
  const char* name;
  /// The caller's `sip.mode`.
  const char* mode = "redirect";
  /// The callee's node listens for links; if not, nothing else gets there.
  bool listens = true;
};

/// The nodes of two strangers on one machine: that of alice, who calls, and
/// that of bob, whose phone is guarded.
class guarded_calls_of_strangers : public testing::Test {
protected:
  /// Starts both.
  /// @param listen the callee's `sip.listen`.
  void start(const way_of_calling& how, const std::string& listen) {
    const auto port = free_port(loopback);
    const auto address = to_string(endpoint{loopback, port});
    caller = make_node("mode = \"" + std::string{how.mode} + "\"\n",
                       "listen = \"" + address + "\"\n");
    ASSERT_TRUE(caller->start_ready()) << caller->process().output();
    callee = make_node(
      "contact = \"guarded\"\n",
      "bootstrap = [\"" + address + "\"]\nlisten = \""
        + (how.listens ? to_string(endpoint{loopback, free_port(loopback)})
                       : std::string{})
        + "\"\n");
    ASSERT_TRUE(callee->start_ready({"env", "CARILLON_SIP_LISTEN=" + listen}))
      << everything();
  }

  std::string everything() const {
    return "== caller's node\n" + caller->process().output()
      + "== callee's node\n" + (callee ? callee->process().output() : "");
  }

  std::unique_ptr<node_process> caller;
  std::unique_ptr<node_process> callee;

private:
  static std::unique_ptr<node_process> make_node(const std::string& sip,
                                                 const std::string& overlay) {
    return std::make_unique<node_process>(sip + "[overlay]\nk = 2\nn = 3\n"
                                          + overlay);
  }
};

/// Calls of one SIPp by another.
class guarded_sipp : public guarded_calls_of_strangers {
protected:
  static child_process play(const std::string& scenario,
                            const std::string& user, uint16_t port,
                            const node_process& at) {
    return child_process{{"sipp", "-sf",
                          CARILLON_TEST_DATA "/sipp/" + scenario + ".xml", "-s",
                          user, "-i", loopback, "-p", std::to_string(port),
                          "-t", "u1", "-m", "1", "-nostdin", "-timeout", "30",
                          "-timeout_error", to_string(at.adapter("udp"))},
                         at.directory() / (scenario + ".log")};
  }
};

/// Calls of one baresip by another.
class guarded_baresip
  : public guarded_calls_of_strangers
  , public testing::WithParamInterface<way_of_calling> {
protected:
  void SetUp() override {
    if (!baresip_phone::is_installed())
      GTEST_SKIP() << "baresip is not installed: apt-get install baresip-core";
  }

  static std::unique_ptr<baresip_phone> make_phone(const std::string& user,
                                                   const node_process& at) {
    baresip_phone::account account;
    account.user = user;
    account.host = to_string(at.adapter("udp")) + ";transport=udp";
    account.parameters = ";auth_pass=none";
    return std::make_unique<baresip_phone>(account, at.directory() / user);
  }
};

} // namespace

TEST_F(guarded_sipp, leads_to_the_callee_through_the_callees_node) {
  const auto outer = outer_address();
  if (!outer)
    GTEST_SKIP() << "this machine has loopback addresses only";
  start({"sipp"}, "udp:127.0.0.1:0,udp:" + *outer + ":0");
  const auto port = free_port(loopback);
  auto registering = play("register", "bob", port, *callee);
  ASSERT_EQ(registering.wait(40s), 0) << registering.output() << everything();
  auto answering = play("answer_a_call", "bob", port, *callee);
  auto calling = play("register_and_call_a_guarded_bob", "alice",
                      free_port(loopback), *caller);
  EXPECT_EQ(calling.wait(40s), 0) << calling.output() << everything();
  EXPECT_EQ(answering.wait(40s), 0) << answering.output() << everything();
  EXPECT_NE(callee->process().output().find("good for one call"),
            std::string::npos);
}

TEST_P(guarded_baresip, talks_to_a_stranger) {
  start(GetParam(), "udp:127.0.0.1:0");
  const auto alice = make_phone("alice", *caller);
  const auto bob = make_phone("bob", *callee);
  const auto phones = [&] {
    return "== alice\n" + alice->output() + "== bob\n" + bob->output()
      + everything();
  };
  ASSERT_TRUE(alice->wait_registered()) << phones();
  ASSERT_TRUE(bob->wait_registered()) << phones();
  alice->dial("sip:bob@" + to_string(caller->adapter("udp")));
  ASSERT_TRUE(alice->wait_established()) << phones();
  ASSERT_TRUE(alice->wait_for_tone()) << phones();
  ASSERT_TRUE(bob->wait_for_tone()) << phones();
  bob->hang_up();
  ASSERT_TRUE(alice->wait_terminated()) << phones();
  ASSERT_TRUE(bob->wait_terminated()) << phones();
  // How bob's phone calls itself.
  EXPECT_EQ(alice->output().find("bob-0x"), std::string::npos);
  const auto has_link_call =
    callee->process().output().find("from link:") != std::string::npos;
  EXPECT_EQ(has_link_call, !GetParam().listens) << everything();
}

INSTANTIATE_TEST_SUITE_P(
  ways, guarded_baresip,
  testing::Values(way_of_calling{"to_another_address"},
                  way_of_calling{"through_both_nodes", "proxy"},
                  way_of_calling{"over_a_link", "redirect", false},
                  way_of_calling{"over_a_link_by_proxy", "proxy", false}),
  [](const auto& which) { return std::string{which.param.name}; });
