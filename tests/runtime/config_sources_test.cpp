#include "runtime/config_file.hpp"
#include "runtime/config_keys.hpp"
#include "runtime/config_loader.hpp"
#include "runtime/config_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace carillon {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(config_environment, has_a_variable_for_every_key_but_those_of_users) {
  const std::vector<std::string> variables{
    "HOME=/root",
    "CARILLON_NODE_PEERS=7",
    "CARILLON_NODE_DATA_DIR=/data",
    "CARILLON_OVERLAY_BOOTSTRAP=a.example:1,[::1]:2",
    "CARILLON_NODE_ROLES=",
    "CARILLON_LOG_LEVELS_SIP=trace"};
  const auto settings = read_config_environment(variables);
  ASSERT_TRUE(settings);
  const auto loaded = load_config(*settings);
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->node.peers, 7U);
  EXPECT_EQ(loaded->node.data_dir, "/data");
  EXPECT_EQ(loaded->overlay.bootstrap.size(), 2U);
  EXPECT_THAT(loaded->node.roles, IsEmpty());
  EXPECT_EQ(loaded->log.of(subsystem::sip), log_level::trace);
}

TEST(config_environment, refuses_a_variable_that_belongs_to_no_key) {
  for (const auto* name : {"CARILLON_NODE_PEER", "CARILLON_", "CARILLON_SIP",
                           "CARILLON_SIP_USER_NAME", "CARILLON_node.peers"}) {
    const std::vector<std::string> variables{std::string{name} + "=1"};
    const auto settings = read_config_environment(variables);
    ASSERT_FALSE(settings) << name;
    EXPECT_EQ(settings.error().code, errc::invalid_configuration);
    EXPECT_THAT(settings.error().detail, HasSubstr(name));
  }
}

TEST(config_environment, a_bad_value_names_its_variable) {
  for (const auto* value : {"many", "", "1 ", "0x1", "1,2"}) {
    const std::vector<std::string> variables{std::string{"CARILLON_NODE_PEERS="}
                                             + value};
    const auto loaded = load_config(*read_config_environment(variables));
    ASSERT_FALSE(loaded) << value;
    EXPECT_THAT(loaded.error().detail,
                AllOf(HasSubstr("CARILLON_NODE_PEERS"),
                      HasSubstr("node.peers = \"" + std::string{value} + "\""),
                      HasSubstr("whole number")));
  }
}

TEST(config_environment, no_two_keys_share_a_variable) {
  std::set<std::string> variables;
  for (const auto& key : config_keys()) {
    std::string variable{key.name};
    std::replace(variable.begin(), variable.end(), '.', '_');
    EXPECT_TRUE(variables.insert(variable).second) << variable;
  }
}

TEST(config_options, set_any_key) {
  const std::vector<std::string> options{
    "node.peers=3", "node.name=a", "sip.user[0].name=bob",
    "sip.user[0].ha1=" + std::string(32, 'a')};
  const auto settings = read_set_options(options);
  ASSERT_TRUE(settings);
  const auto loaded = load_config(*settings);
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->node.peers, 3U);
  EXPECT_EQ(loaded->sip.users.front().name, "bob");
}

TEST(config_options, refuse_what_is_no_setting) {
  const std::vector<std::string> incomplete{"node.peers"};
  EXPECT_FALSE(read_set_options(incomplete));
  for (const auto* option :
       {"=1", "node.peers[=1", "sip.user[x].name=a", "sip.user[].name=a",
        "sip.user[-1].name=a", "sip.user[99999999999999999999].name=a",
        "sip.user[1000000].name=a"}) {
    const std::vector<std::string> options{option};
    const auto loaded = load_config(*read_set_options(options));
    ASSERT_FALSE(loaded) << option;
    EXPECT_THAT(loaded.error().detail, HasSubstr("option --set"));
  }
}

TEST(config_options, set_log_levels) {
  const std::vector<std::string> options{"debug", "sip=trace"};
  const auto loaded = load_config(read_log_level_options(options));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->log.of(subsystem::sip), log_level::trace);
  EXPECT_EQ(loaded->log.of(subsystem::ring), log_level::debug);
  for (const auto* bad : {"loud", "phone=info", "sip=loud", "=info"}) {
    const std::vector<std::string> wrong{bad};
    const auto refused = load_config(read_log_level_options(wrong));
    ASSERT_FALSE(refused) << bad;
    EXPECT_THAT(refused.error().detail, HasSubstr("option --log-level"));
  }
}

TEST(config, a_later_source_stands_above_an_earlier_one) {
  auto settings = *parse_config_file("[node]\npeers = 1\nname = \"file\"\n"
                                     "domain = \"file.example\"\n",
                                     "node.toml");
  const std::vector<std::string> variables{"CARILLON_NODE_PEERS=2",
                                           "CARILLON_NODE_NAME=environment"};
  const std::vector<std::string> options{"node.peers=3"};
  for (const auto& source :
       {*read_config_environment(variables), *read_set_options(options)})
    settings.insert(settings.end(), source.begin(), source.end());
  const auto loaded = load_config(settings);
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->node.peers, 3U);
  EXPECT_EQ(loaded->node.name, "environment");
  EXPECT_EQ(loaded->node.domain, "file.example");
}

TEST(config, a_problem_names_the_source_that_won) {
  auto settings = *parse_config_file("[overlay]\nk = 3\n", "node.toml");
  const std::vector<std::string> options{"overlay.k=1"};
  const auto flags = *read_set_options(options);
  settings.insert(settings.end(), flags.begin(), flags.end());
  const auto loaded = load_config(settings);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().detail,
              testing::StartsWith("option --set: overlay.k = 1: "));
}

} // namespace

} // namespace carillon
