#include "bench/demo/test_phone.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/system/child_process.hpp"
#include "tests/system/terminal_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace carillon::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

void expect_durations(const nlohmann::json& values, const char* what) {
  SCOPED_TRACE(what);
  const auto& given = values.at(what);
  EXPECT_EQ(given.at("unit"), "ms");
  EXPECT_GE(given.at("count").get<int>(), 50);
  EXPECT_GT(given.at("p50").get<double>(), 0);
  EXPECT_LE(given.at("p50"), given.at("p90"));
  EXPECT_LE(given.at("p90"), given.at("p99"));
  EXPECT_LE(given.at("p99"), given.at("max"));
  EXPECT_TRUE(given.contains("mean"));
  EXPECT_TRUE(given.contains("stddev"));
}

/// Takes the line breaks out of what is shown.
std::string in_one_line(const std::string& text) {
  std::istringstream words{text};
  std::string result;
  for (std::string word; words >> word;)
    result += word + ' ';
  return result;
}

/// Finds the address of an adapter in what the demonstration says last.
carillon::endpoint adapter_of(const std::string& user,
                              const std::string& output) {
  const auto line =
    output.find(user + "@example.org", output.find("Your turn"));
  const std::string host = "127.0.0.1";
  const auto port = output.find(host + ':', line) + host.size() + 1;
  return {host, static_cast<uint16_t>(std::stoul(output.substr(port)))};
}

} // namespace

TEST(demo, shows_calls_and_refused_attacks_and_reports_them) {
  const temporary_directory directory;
  const auto file = directory.path() / "report.json";
  child_process demo{
    {CARILLON_BINARY, "demo", "--no-wait", "--json", file.string()},
    directory.path() / "output"};
  ASSERT_EQ(demo.wait(100s), 0) << demo.output();
  std::ifstream in{file};
  const auto report = nlohmann::json::parse(in);
  EXPECT_EQ(report.at("schema"), 1);
  EXPECT_EQ(report.at("scenario"), "demo");
  EXPECT_EQ(report.at("parameters").at("peers"), 64);
  EXPECT_TRUE(report.at("environment").contains("cpus"));
  const auto& results = report.at("results");
  EXPECT_EQ(results.at("ring").at("peers"), 64);
  EXPECT_EQ(results.at("ring").at("consistent"), true);
  // Half of log2(64), and one.
  EXPECT_LE(results.at("ring").at("mean_hops").get<double>(), 4);
  for (const auto* what : {"registration", "lookup", "reconstruct",
                           "call_signed", "call_protected"})
    expect_durations(results, what);
  const auto& attack = results.at("attack");
  EXPECT_EQ(attack.at("liars_n_minus_k").at("call"), "redirected");
  EXPECT_EQ(attack.at("liars_n_minus_k").at("named").size(), 4);
  EXPECT_EQ(attack.at("liars_above_n_minus_k").at("call"), "refused");
  EXPECT_EQ(attack.at("forged_invite"), "refused");
  for (const auto* line :
       {"4 holders lie about one share of bob's key each; the other 4 of 8",
        "by then every liar had been asked and was named:",
        "All 10 calls were refused, none reached anybody else.",
        "signed with another key than hers, was refused by"})
    EXPECT_THAT(in_one_line(demo.output()), HasSubstr(line));
}

TEST(demo, writes_its_report_to_standard_output_alone) {
  const temporary_directory directory;
  const auto file = directory.path() / "report.json";
  child_process demo{{"sh", "-c",
                      "exec " CARILLON_BINARY
                      " demo --no-wait --peers 8 --json - >"
                        + file.string()},
                     directory.path() / "output"};
  ASSERT_EQ(demo.wait(60s), 0) << demo.output();
  std::ifstream in{file};
  EXPECT_EQ(nlohmann::json::parse(in).at("scenario"), "demo");
  EXPECT_THAT(demo.output(), HasSubstr("A ring of 8 peers"));
}

TEST(demo, tells_at_once_that_its_report_cannot_be_written) {
  const temporary_directory directory;
  const auto file = directory.path() / "missing" / "report.json";
  child_process demo{{CARILLON_BINARY, "demo", "--json", file.string()},
                     directory.path() / "output"};
  EXPECT_EQ(demo.wait(10s), 1);
  EXPECT_EQ(demo.output(),
            "carillon: cannot write the report to " + file.string()
              + ": No such file or directory\n");
}

TEST(demo, tells_what_people_do_with_their_phones) {
  terminal_process demo{{CARILLON_BINARY, "demo", "--peers", "8"}};
  ASSERT_TRUE(demo.wait_for("Ctrl-C ends", 60s)) << demo.output();
  const auto open = [&](const std::string& user) {
    return carillon::test_phone::open(user, "example.org",
                                      adapter_of(user, demo.output()));
  };
  auto alice = open("alice");
  auto bob = open("bob");
  ASSERT_TRUE(alice && bob);
  ASSERT_TRUE(alice->register_here());
  EXPECT_EQ(alice->call("bob").value().status(), 480u);
  ASSERT_TRUE(bob->register_here());
  EXPECT_EQ(alice->call("bob").value().status(), 302u);
  EXPECT_TRUE(demo.wait_for(": redirected", 10s)) << demo.output();
  const auto live =
    in_one_line(demo.output().substr(demo.output().find("Ctrl-C ends")));
  for (const auto* line :
       {"registration of alice from udp:127.0.0.1:", ": 1 contact, in ",
        "call by alice for bob from udp:127.0.0.1:", ": refused with 480 the",
        "registration of bob from udp:127.0.0.1:", " ms call by alice"})
    EXPECT_THAT(live, HasSubstr(line));
  demo.type("\x03");
  EXPECT_EQ(demo.wait(20s), 0);
}

TEST(demo, refuses_a_ring_that_is_too_small) {
  const temporary_directory directory;
  child_process demo{{CARILLON_BINARY, "demo", "--no-wait", "--peers", "1"},
                     directory.path() / "output"};
  EXPECT_EQ(demo.wait(10s), 2);
  EXPECT_NE(demo.output().find("--peers"), std::string::npos);
}
