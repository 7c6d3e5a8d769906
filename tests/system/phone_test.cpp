#include "tests/system/baresip_phone.hpp"
#include "tests/system/node_process.hpp"

#include <gtest/gtest.h>

#include <ostream>

using namespace carillon::test;

namespace {

/// How a pair of phones is connected to its node.
struct setting {
  std::string name;
  /// "redirect" or "proxy".
  std::string mode;
  /// Whether the phones send everything to the adapter.
  bool outbound = false;
  /// The transports of the caller and the callee.
  std::string caller = "udp";
  std::string callee = "udp";
  /// Whether the users have passwords.
  bool secret = false;
  /// What callers are told of phones.
  std::string contact = "auto";
};

std::ostream& operator<<(std::ostream& out, const setting& value) {
  return out << value.name;
}

/// A node and two phones, of alice and bob.
class phone_fixture : public testing::Test {
protected:
  void SetUp() override {
    if (!baresip_phone::is_installed())
      GTEST_SKIP() << "baresip is not installed: apt-get install baresip-core";
  }

  /// Starts the node and both phones, and waits until they have registered.
  void start(const setting& how, bool callee_answers = true) {
    node_ = std::make_unique<node_process>(
      "mode = \"" + how.mode + "\"\ncontact = \"" + how.contact + "\"\n"
      + (how.secret ? known_users : ""));
    ASSERT_TRUE(node_->start_ready()) << node_->process().output();
    callee_ = make_phone("bob", how, how.callee, callee_answers);
    caller_ = make_phone("alice", how, how.caller, true);
    ASSERT_TRUE(callee_->wait_registered()) << everything();
    ASSERT_TRUE(caller_->wait_registered()) << everything();
  }

  /// Gives a user's address. The phone adds its transport by itself.
  [[nodiscard]] std::string address(const std::string& user) const {
    return "sip:" + user + "@" + domain_;
  }

  [[nodiscard]] std::string everything() const {
    return "== caller\n" + caller_->output() + "== callee\n" + callee_->output()
      + "== node\n" + node_->process().output();
  }

  std::unique_ptr<node_process> node_;
  std::unique_ptr<baresip_phone> caller_;
  std::unique_ptr<baresip_phone> callee_;

private:
  std::unique_ptr<baresip_phone> make_phone(const std::string& user,
                                            const setting& how,
                                            const std::string& transport,
                                            bool answers) {
    const auto adapter = to_string(node_->adapter(transport));
    const auto parameter = ";transport=" + transport;
    domain_ = how.outbound ? "example.org" : adapter;
    baresip_phone::account account;
    account.user = user;
    account.host = how.outbound ? domain_ : adapter + parameter;
    if (how.outbound)
      account.parameters = ";outbound=\"sip:" + adapter + parameter + "\"";
    account.parameters += how.secret ? ";auth_pass=secret" : ";auth_pass=none";
    account.answers = answers;
    return std::make_unique<baresip_phone>(account, node_->directory() / user);
  }

  std::string domain_;
};

class phones
  : public phone_fixture
  , public testing::WithParamInterface<setting> {
protected:
  /// Sets up a call and waits until both hear each other.
  void call() {
    caller_->dial(address("bob"));
    ASSERT_TRUE(caller_->wait_established()) << everything();
    ASSERT_TRUE(callee_->wait_established()) << everything();
    ASSERT_TRUE(caller_->wait_for_tone()) << everything();
    ASSERT_TRUE(callee_->wait_for_tone()) << everything();
  }

  /// Ends the call and looks at which way it was led.
  void end(baresip_phone& who) {
    who.hang_up();
    ASSERT_TRUE(caller_->wait_terminated()) << everything();
    ASSERT_TRUE(callee_->wait_terminated()) << everything();
    const auto& how = GetParam();
    const bool redirects = how.mode == "redirect";
    const bool guards = how.contact == "guarded";
    const bool forwards = !redirects || how.outbound || guards;
    const auto log = node_->process().output();
    const auto has = [&](const char* text) {
      return log.find(text) != std::string::npos;
    };
    EXPECT_EQ(has("302 sent"), redirects) << log;
    EXPECT_EQ(has("after a redirect"), redirects && how.outbound && !guards)
      << log;
    EXPECT_EQ(has("one-time contact used"), guards) << log;
    // How a phone calls itself.
    if (guards) {
      EXPECT_EQ(caller_->output().find("bob-0x"), std::string::npos);
    }
    EXPECT_EQ(has("BYE to 1 contact\n"), forwards) << log;
  }
};

using ringing = phone_fixture;

} // namespace

TEST_P(phones, talk_until_the_caller_hangs_up) {
  ASSERT_NO_FATAL_FAILURE(start(GetParam()));
  ASSERT_NO_FATAL_FAILURE(call());
  end(*caller_);
}

TEST_P(phones, talk_until_the_callee_hangs_up) {
  ASSERT_NO_FATAL_FAILURE(start(GetParam()));
  ASSERT_NO_FATAL_FAILURE(call());
  end(*callee_);
}

TEST_P(phones, are_told_that_nobody_has_a_name) {
  ASSERT_NO_FATAL_FAILURE(start(GetParam()));
  caller_->dial(address("nobody"));
  EXPECT_TRUE(caller_->wait_for("session closed: 404 Not Found"))
    << everything();
}

INSTANTIATE_TEST_SUITE_P(
  by, phones,
  testing::Values(
    setting{"redirect", "redirect"},
    setting{"redirect_over_tcp", "redirect", false, "tcp", "tcp"},
    setting{"redirect_to_an_outbound_proxy", "redirect", true},
    setting{"redirect_to_an_outbound_proxy_over_tcp", "redirect", true, "tcp",
            "tcp"},
    setting{"redirect_with_passwords", "redirect", false, "udp", "udp", true},
    setting{"proxy", "proxy"}, setting{"outbound_proxy", "proxy", true},
    setting{"proxy_from_udp_to_tcp", "proxy", true, "udp", "tcp"},
    setting{"proxy_from_tcp_to_udp", "proxy", true, "tcp", "udp"},
    setting{"guarded", "redirect", false, "udp", "udp", false, "guarded"},
    setting{"guarded_from_tcp_to_udp", "redirect", false, "tcp", "udp", false,
            "guarded"},
    setting{"guarded_behind_an_outbound_proxy", "redirect", true, "udp", "udp",
            false, "guarded"},
    setting{"guarded_and_forwarded", "proxy", false, "udp", "udp", false,
            "guarded"},
    setting{"guarded_over_tls", "redirect", false, "tls", "tls", false,
            "guarded"},
    setting{"guarded_and_forwarded_over_tls", "proxy", false, "tls", "tls",
            true, "guarded"}),
  [](const auto& which) { return which.param.name; });

TEST_F(ringing, stops_when_the_caller_gives_up) {
  ASSERT_NO_FATAL_FAILURE(start({"", "proxy", true}, false));
  caller_->dial(address("bob"));
  ASSERT_TRUE(caller_->wait_for("180 Ringing")) << everything();
  caller_->hang_up();
  EXPECT_TRUE(callee_->wait_for("CANCEL sip:")) << everything();
  EXPECT_TRUE(caller_->wait_for("487 ")) << everything();
}

TEST_F(ringing, stops_when_the_caller_of_a_guarded_phone_gives_up) {
  setting how{"", "redirect"};
  how.contact = "guarded";
  ASSERT_NO_FATAL_FAILURE(start(how, false));
  caller_->dial(address("bob"));
  ASSERT_TRUE(caller_->wait_for("180 Ringing")) << everything();
  caller_->hang_up();
  EXPECT_TRUE(callee_->wait_for("CANCEL sip:")) << everything();
  EXPECT_TRUE(caller_->wait_for("487 ")) << everything();
}

TEST_F(ringing, stops_when_the_callee_refuses) {
  ASSERT_NO_FATAL_FAILURE(start({"", "proxy", true}, false));
  caller_->dial(address("bob"));
  ASSERT_TRUE(caller_->wait_for("180 Ringing")) << everything();
  callee_->hang_up();
  EXPECT_TRUE(caller_->wait_for("session closed: 486 ")) << everything();
}
