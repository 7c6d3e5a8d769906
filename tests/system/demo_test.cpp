#include "tests/support/temporary_directory.hpp"
#include "tests/system/child_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace carillon::test;
using namespace std::chrono_literals;

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
}

TEST(demo, refuses_a_ring_that_is_too_small) {
  const temporary_directory directory;
  child_process demo{{CARILLON_BINARY, "demo", "--no-wait", "--peers", "1"},
                     directory.path() / "output"};
  EXPECT_EQ(demo.wait(10s), 2);
  EXPECT_NE(demo.output().find("--peers"), std::string::npos);
}
