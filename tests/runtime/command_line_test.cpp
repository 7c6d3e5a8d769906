#include "runtime/command_line.hpp"
#include "runtime/node_command.hpp"
#include "runtime/version_command.hpp"
#include "tests/runtime/command_fixture.hpp"

#include <CLI/App.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace carillon {

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class command_line_test : public test::command_test {
protected:
  void add_commands(command_line& program) override {
    add_version_command(program);
    program.add("fail", "fail as told", [this]() -> expected<void> {
      return tl::unexpected{failure_};
    });
    auto& group = program.add_group("group", "commands");
    program
      .add_to(group, "echo", "print a text",
              [this, &program]() -> expected<void> {
                program.out() << text_;
                return {};
              })
      .add_option("text", text_, "the text")
      ->required();
  }

  error failure_{errc::storage_failed, "the disk is full"};
  std::string text_;
};

TEST_F(command_line_test, prints_the_version) {
  const auto got = run({"version"});
  EXPECT_EQ(got.status, exit_status::success);
  EXPECT_THAT(got.out, testing::MatchesRegex("carillon [0-9.]+\n"));
  EXPECT_EQ(got.err, "");
}

TEST_F(command_line_test, runs_a_command_of_a_group) {
  const auto got = run({"group", "echo", "hello"});
  EXPECT_EQ(got.status, exit_status::success);
  EXPECT_EQ(got.out, "hello");
}

TEST_F(command_line_test, help_is_a_result) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"group", "--help"}}) {
    const auto got = run(arguments);
    EXPECT_EQ(got.status, exit_status::success);
    EXPECT_THAT(got.out, HasSubstr("Usage"));
    EXPECT_EQ(got.err, "");
  }
}

TEST_F(command_line_test, wrong_usage_says_what_and_where_to_look) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
         {}, {"unknown"}, {"version", "extra"}, {"version", "--loud"}}) {
    const auto got = run(arguments);
    EXPECT_EQ(got.status, exit_status::wrong_usage);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err,
                AllOf(testing::StartsWith("carillon: "), HasSubstr("--help'")));
  }
  EXPECT_THAT(run({"unknown"}).err, HasSubstr("no command unknown"));
  EXPECT_THAT(run({"group", "unknown"}).err, HasSubstr("no command unknown"));
  EXPECT_THAT(run({"group"}).err, HasSubstr("'carillon group --help'"));
  EXPECT_THAT(run({"group", "echo"}).err,
              AllOf(HasSubstr("text"), HasSubstr("'carillon group echo --h")));
}

TEST_F(command_line_test, a_failure_has_its_status_and_text) {
  const auto failed = run({"fail"});
  EXPECT_EQ(failed.status, exit_status::failure);
  EXPECT_EQ(failed.out, "");
  EXPECT_EQ(failed.err, "carillon: the disk is full\n");
  failure_ = {errc::timeout, "nobody answers"};
  EXPECT_EQ(run({"fail"}).err, "carillon: timeout: nobody answers\n");
  failure_ = {errc::invalid_configuration, "node.toml:1"};
  const auto wrong = run({"fail"});
  EXPECT_EQ(wrong.status, exit_status::wrong_usage);
  EXPECT_EQ(wrong.err, "carillon: node.toml:1\n");
}

TEST_F(command_line_test, the_version_is_also_an_option) {
  const auto got = run({"--version"});
  EXPECT_EQ(got.status, exit_status::success);
  EXPECT_EQ(got.out, run({"version"}).out);
}

TEST_F(command_line_test, results_that_cannot_be_written_are_a_failure) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
         {"version"}, {"--version"}, {"--help"}, {"group", "echo", "text"}}) {
    std::ofstream full{"/dev/full"};
    std::ostringstream err;
    command_line program{full, err};
    add_commands(program);
    EXPECT_EQ(program.run(arguments), exit_status::failure);
    EXPECT_EQ(err.str(), "carillon: cannot write to standard output\n");
  }
}

class node_command_test : public test::command_test {
protected:
  void add_commands(command_line& program) override {
    add_node_command(program, environment_,
                     [this](const config& settings) -> expected<void> {
                       ran_with_ = settings;
                       return {};
                     });
  }

  std::vector<std::string> environment_;
  std::optional<config> ran_with_;
};

TEST_F(node_command_test, runs_with_file_environment_and_options) {
  write("node.toml",
        "[node]\npeers = 1\nname = \"file\"\n"
        "domain = \"file.example\"\n");
  environment_ = {"CARILLON_NODE_PEERS=2", "CARILLON_NODE_NAME=environment"};
  const auto got =
    run({"node", "--config", path("node.toml"), "--set", "node.peers=3",
         "--log-level", "warning", "--log-level", "sip=debug"});
  EXPECT_EQ(got.status, exit_status::success) << got.err;
  ASSERT_TRUE(ran_with_);
  EXPECT_EQ(ran_with_->node.peers, 3U);
  EXPECT_EQ(ran_with_->node.name, "environment");
  EXPECT_EQ(ran_with_->node.domain, "file.example");
  EXPECT_EQ(ran_with_->log.of(subsystem::sip), log_level::debug);
  EXPECT_EQ(ran_with_->log.of(subsystem::ring), log_level::warning);
}

TEST_F(node_command_test, runs_without_any_file) {
  EXPECT_EQ(run({"node"}).status, exit_status::success);
  ASSERT_TRUE(ran_with_);
  EXPECT_EQ(ran_with_->node.peers, 1U);
}

TEST_F(node_command_test, does_not_run_with_a_bad_configuration) {
  write("node.toml", "[overlay]\nk = 1\n");
  write("good.toml", "");
  for (const auto& arguments : std::vector<std::vector<std::string>>{
         {"node", "--config", path("node.toml")},
         {"node", "--config", path("missing.toml")},
         {"node", "--config", path("good.toml"), "--set", "node.peers"},
         {"node", "--config", path("good.toml"), "--log-level", "loud"}}) {
    const auto got = run(arguments);
    EXPECT_EQ(got.status, exit_status::wrong_usage);
    EXPECT_FALSE(ran_with_);
    EXPECT_NE(got.err, "");
  }
  EXPECT_THAT(run({"node", "--config", path("node.toml")}).err,
              HasSubstr("node.toml:2: overlay.k = 1"));
}

} // namespace

} // namespace carillon
