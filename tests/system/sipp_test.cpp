#include "tests/system/local_address.hpp"
#include "tests/system/node_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <ostream>
#include <tuple>

using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// A scenario of data/sipp, and the user whose phone SIPp plays in it.
struct play {
  std::string scenario;
  std::string user;
  /// The Request-URI that its credentials are for, without the scheme.
  std::string target = "example.org";
};

/// What phones do with a node, one after the other.
struct story {
  std::string name;
  std::vector<play> plays;
  /// Added to the node's table [sip].
  std::string settings = {};
};

std::ostream& operator<<(std::ostream& out, const story& value) {
  return out << value.name;
}

constexpr auto proxy_mode = "mode = \"proxy\"\n";

/// The parameters are a story and a transport.
class sipp : public testing::TestWithParam<std::tuple<story, std::string>> {
protected:
  /// Starts a node at an address and plays the story.
  void run(const std::string& host) {
    const auto& what = std::get<story>(GetParam());
    node_process node{what.settings, host};
    ASSERT_TRUE(node.start_ready()) << node.process().output();
    play_all(node, what.plays);
  }

  static void play_all(node_process& node, const std::vector<play>& plays) {
    const auto& transport = std::get<std::string>(GetParam());
    for (const auto& [scenario, user, target] : plays) {
      const auto adapter = node.adapter(transport);
      child_process phone{
        {"sipp", "-sf", CARILLON_TEST_DATA "/sipp/" + scenario + ".xml", "-s",
         user, "-au", user, "-ap", "secret", "-auth_uri", target, "-i",
         adapter.host, "-p", std::to_string(free_port(adapter.host)),
         // One connection, or one socket, for all messages of a phone.
         "-t", transport == "udp" ? "u1" : "t1", "-m", "1", "-nostdin",
         "-timeout", "30", "-timeout_error", to_string(adapter)},
        node.directory() / ("sipp-" + user)};
      ASSERT_EQ(phone.wait(40s), 0)
        << scenario << '\n'
        << phone.output() << node.process().output();
    }
  }
};

class sipp_over_ipv6 : public sipp {};
class sipp_with_lost_keys : public sipp {};
class sipp_with_passwords : public sipp {};

std::string name_of(const testing::TestParamInfo<sipp::ParamType>& which) {
  const auto& [what, transport] = which.param;
  return what.name + "_over_" + transport;
}

const auto transports = testing::Values("udp", "tcp");

} // namespace

TEST_P(sipp, phones_are_answered) {
  run("127.0.0.1");
}

INSTANTIATE_TEST_SUITE_P(
  when, sipp,
  testing::Combine(
    testing::Values(
      story{"a_phone_calls_another",
            {{"register", "bob"}, {"register_and_call_bob", "alice"}}},
      story{
        "addresses_name_the_adapter",
        {{"register", "bob"}, {"register_and_call_bob_by_address", "alice"}}},
      story{"nobody_has_the_name", {{"register_and_call_nobody", "alice"}}},
      story{"the_callee_is_away",
            {{"register_and_remove", "bob"},
             {"register_and_call_bob_who_is_away", "alice"}}},
      story{"the_callee_is_elsewhere",
            {{"register_and_call_elsewhere", "alice"}}},
      story{"the_caller_has_not_registered",
            {{"call_without_registering", "mallory"},
             {"register", "alice"},
             {"call_without_registering", "alice"}}},
      story{"the_call_is_unknown",
            {{"hang_up_without_a_call", "alice"},
             {"cancel_without_a_call", "alice"},
             {"register_and_talk_within_no_call", "alice"}}},
      story{"a_user_has_several_phones",
            {{"register_several_contacts", "bob"}}},
      story{
        "lifetimes_are_chosen",
        {{"register_too_briefly", "bob"}, {"register_for_how_long", "bob"}}},
      story{
        "phones_are_removed",
        {{"register_and_remove", "bob"}, {"register_and_remove_all", "bob"}}},
      story{"registrations_are_refused",
            {{"register_contacts_that_are_refused", "bob"},
             {"register_names_that_are_refused", "bob"}}},
      story{"abilities_are_asked_for",
            {{"ask_for_options", "alice"}, {"call_a_number", "alice"}}},
      story{"methods_are_not_served",
            {{"use_methods_that_are_not_served", "alice"}}},
      story{"requirements_are_unknown", {{"require_what_is_unknown", "alice"}}},
      story{"requests_are_malformed", {{"send_malformed_requests", "alice"}}},
      story{"forwarding_ends",
            {{"register", "bob"},
             {"register_and_call_without_hops_left", "alice"},
             {"register_and_call_with_proxy_requirements", "alice"}},
            proxy_mode}),
    transports),
  name_of);

TEST_P(sipp_with_lost_keys, phones_are_answered) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  play_all(node, {{"register", "bob"}});
  node.process().send(SIGTERM);
  ASSERT_EQ(node.process().wait(10s), 0) << node.process().output();
  ASSERT_TRUE(std::filesystem::remove(node.data_dir() / "users/bob.keys.pem"));
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  // Nobody can answer calls of bob, which leaves time to cancel one.
  play_all(node, std::get<story>(GetParam()).plays);
}

INSTANTIATE_TEST_SUITE_P(
  when, sipp_with_lost_keys,
  testing::Combine(testing::Values(story{"their_owner_registers",
                                         {{"register_without_keys", "bob"}}},
                                   story{"a_call_is_cancelled",
                                         {{"register_call_bob_and_cancel",
                                           "alice"}}}),
                   transports),
  name_of);

TEST_P(sipp_over_ipv6, phones_are_answered) {
  if (!has_ipv6_loopback())
    GTEST_SKIP() << "this machine has no IPv6 loopback address";
  run("::1");
}

INSTANTIATE_TEST_SUITE_P(
  when, sipp_over_ipv6,
  testing::Combine(
    testing::Values(story{"a_phone_calls_another",
                          {{"register", "bob"},
                           {"register_and_call_bob", "alice"}}},
                    story{"addresses_name_the_adapter",
                          {{"register", "bob"},
                           {"register_and_call_bob_by_address", "alice"}}},
                    story{"a_user_has_several_phones",
                          {{"register_several_contacts", "bob"}}}),
    transports),
  name_of);

TEST_P(sipp_with_passwords, phones_are_answered) {
  const auto host = outer_address();
  if (!host)
    GTEST_SKIP() << "this machine has no IPv4 address but loopback";
  run(*host);
}

INSTANTIATE_TEST_SUITE_P(
  when, sipp_with_passwords,
  testing::Combine(testing::Values(
                     story{
                       "a_phone_calls_another",
                       {{"register_with_password", "bob"},
                        {"register_with_password", "alice"},
                        {"call_bob_with_password", "alice", "bob@example.org"}},
                       known_users},
                     story{"calls_are_forwarded",
                           {{"register_with_password", "bob"},
                            {"register_with_password", "alice"},
                            {"call_bob_through_a_proxy_with_password", "alice",
                             "bob@example.org"}},
                           std::string{proxy_mode} + known_users},
                     story{"strangers_register",
                           {{"register_a_name_that_is_not_served", "mallory"},
                            {"call_without_registering", "mallory"}},
                           known_users}),
                   transports),
  name_of);
