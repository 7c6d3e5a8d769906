#include "tests/support/temporary_directory.hpp"
#include "tests/system/child_process.hpp"
#include "tests/system/terminal_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <fstream>

using namespace carillon::test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

namespace {

/// Commands that work with the keys of the user alice.
class commands : public testing::Test {
protected:
  void SetUp() override {
    pki({"ca", "Example", "--out-dir", path("")});
    pki({"user", "alice@example.org", "--ca-dir", path(""), "--data-dir",
         path("data")});
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (directory_.path() / name).string();
  }

  void pki(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {CARILLON_BINARY, "pki"});
    child_process command{arguments, path("output")};
    EXPECT_EQ(command.wait(10s), 0) << command.output();
  }

  [[nodiscard]] std::vector<std::string> export_to(const std::string& file) {
    return {CARILLON_BINARY, "pki",        "export",    "alice",
            path(file),      "--data-dir", path("data")};
  }

private:
  temporary_directory directory_;
};

} // namespace

TEST_F(commands, a_passphrase_is_asked_for_and_not_shown) {
  terminal_process command{export_to("alice.export")};
  ASSERT_TRUE(command.wait_for("New passphrase: ", 10s));
  EXPECT_FALSE(command.echoes());
  command.type("correct horse\n");
  ASSERT_TRUE(command.wait_for("The same again: ", 10s)) << command.output();
  command.type("correct horse\n");
  EXPECT_EQ(command.wait(10s), 0) << command.output();
  EXPECT_TRUE(command.echoes());
  EXPECT_THAT(command.output(), Not(HasSubstr("horse")));
  std::ofstream{path("passphrase")} << "correct horse\n";
  std::filesystem::permissions(path("passphrase"),
                               std::filesystem::perms::owner_read);
  pki({"import", "alice", path("alice.export"), "--data-dir", path("other"),
       "--passphrase-file", path("passphrase")});
}

TEST_F(commands, a_signal_at_a_passphrase_leaves_the_terminal_as_it_was) {
  for (const auto signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    terminal_process command{export_to("alice.export")};
    ASSERT_TRUE(command.wait_for("New passphrase: ", 10s));
    ASSERT_FALSE(command.echoes());
    if (signal == SIGINT)
      command.type("\x03");
    else
      command.send(signal);
    EXPECT_EQ(command.wait(10s), 128 + signal) << command.output();
    EXPECT_TRUE(command.echoes());
  }
}

TEST_F(commands,
       a_passphrase_is_asked_for_again_after_a_signal_that_ends_nothing) {
  terminal_process command{export_to("alice.export")};
  ASSERT_TRUE(command.wait_for("New passphrase: ", 10s));
  // No shell could continue it, so the system does not stop it.
  command.send(SIGTSTP);
  ASSERT_TRUE(command.wait_for("New passphrase: \r\nNew passphrase: ", 10s))
    << command.output();
  EXPECT_FALSE(command.echoes());
}

TEST_F(commands, who_stops_reading_leaves_nothing_behind) {
  const auto scratch = path("scratch");
  std::filesystem::create_directory(scratch);
  child_process pipe{{"env", "TMPDIR=" + scratch, "sh", "-c",
                      CARILLON_BINARY " demo --no-wait --peers 8 | head -n 1"},
                     path("output")};
  EXPECT_EQ(pipe.wait(60s), 0) << pipe.output();
  EXPECT_THAT(pipe.output(), HasSubstr("cannot write to standard output"));
  EXPECT_TRUE(std::filesystem::is_empty(scratch));
}

TEST_F(commands, results_that_cannot_be_written_are_a_failure) {
  const auto run =
    "exec " + std::string{CARILLON_BINARY} + " \"$@\" >/dev/full";
  for (const auto& arguments : std::vector<std::vector<std::string>>{
         {"version"},
         {"--version"},
         {"pki", "--help"},
         {"pki", "show", path("ca.pem")},
         {"pki", "fingerprint", "alice", "--data-dir", path("data")},
         {"demo", "--no-wait", "--peers", "8", "--json", "-"}}) {
    std::vector<std::string> command{"sh", "-c", run, "sh"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    child_process full{command, path("output")};
    EXPECT_EQ(full.wait(60s), 1) << arguments.front();
    EXPECT_THAT(full.output(), HasSubstr("cannot write to standard output"));
  }
}
