#include "bench/scenarios.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/system/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <fstream>
#include <sstream>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class bench : public testing::Test {
protected:
  [[nodiscard]] std::filesystem::path path(const char* name) const {
    return directory_.path() / name;
  }

  /// Runs the program.
  /// @returns what it printed.
  std::string run(std::vector<std::string> arguments, int wanted = 0) {
    arguments.insert(arguments.begin(), CARILLON_BINARY);
    child_process program{arguments, path("output")};
    // Checked for races it takes minutes.
    EXPECT_EQ(program.wait(400s), wanted) << program.output();
    return program.output();
  }

  /// Tells what the schema of reports finds wrong with one.
  std::string problems(const std::filesystem::path& report) {
    child_process check{{"/usr/bin/python3", "-m", "jsonschema", "--instance",
                         report.string(), CARILLON_REPORT_SCHEMA},
                        path("problems")};
    const auto status = check.wait(30s);
    return status == 0 ? "" : "something: " + check.output();
  }

  /// Gives what a browser makes of a page.
  std::string rendered(const std::filesystem::path& page) {
    child_process browser{{"chromium", "--headless", "--no-sandbox",
                           "--disable-gpu",
                           "--user-data-dir=" + path("browser").string(),
                           "--dump-dom", "file://" + page.string()},
                          path("rendered")};
    EXPECT_EQ(browser.wait(60s), 0);
    return browser.output();
  }

private:
  const temporary_directory directory_;
};

size_t count(const std::string& text, const std::string& what) {
  size_t result = 0;
  for (auto at = text.find(what); at != std::string::npos;
       at = text.find(what, at + what.size()))
    ++result;
  return result;
}

nlohmann::json parse(const std::filesystem::path& file) {
  std::ifstream in{file};
  return nlohmann::json::parse(in);
}

} // namespace

TEST_F(bench, lists_its_scenarios_with_a_sentence_each) {
  const auto output = run({"bench", "list"});
  for (const auto& each : all_scenarios()) {
    EXPECT_THAT(output, HasSubstr(std::string{each.name}));
    EXPECT_THAT(output, HasSubstr(std::string{each.sentence}));
  }
  EXPECT_EQ(count(output, "\n"), all_scenarios().size());
}

TEST_F(bench, runs_all_scenarios_and_reports_what_they_measure) {
  const auto json = path("report.json");
  const auto html = path("report.html");
  run({"bench", "all", "--quick", "--json", json.string(), "--html",
       html.string()});
  EXPECT_EQ(problems(json), "");
  const auto report = parse(json);
  EXPECT_EQ(report.at("scenario"), "all");
  EXPECT_EQ(report.at("results").at("overlay").at("consistent"), 1.0);
  EXPECT_EQ(report.at("results").at("overlay").at("failed_lookups"), 0);
  EXPECT_EQ(report.at("results").at("store").at("failed"), 0);
  const auto shown = rendered(html);
  EXPECT_THAT(shown, HasSubstr("carillon bench all --quick"));
  for (const auto* title :
       {"Figure 4: registration", "Figure 4: lookup", "Figure 4: call",
        "Figure 5: key from shares", "Figure 6", "Hops of lookups",
        "Lookups and bare walks", "Latency", "Records a second",
        "CPU of an operation", "Lookups that failed or named a wrong peer",
        "Records lost", "Messages of a peer", "Calls that failed",
        "Lookups that named the owner, without defences",
        "Calls that reached the callee, with defences",
        "Users impersonated with a stolen bootstrap key", "Users cut off"})
    EXPECT_THAT(shown, HasSubstr(title));
  constexpr size_t plots = 21;
  EXPECT_EQ(count(shown, "<figure class=\"plot\""), plots);
  EXPECT_EQ(count(shown, "<svg"), plots);
}

TEST_F(bench, gives_the_same_for_the_same_seed_in_virtual_time) {
  for (const std::string scenario : {"churn", "restart", "attack"}) {
    const auto measure = [&](const char* seed) {
      const auto json = path("report.json");
      run({"bench", scenario, "--quick", "--peers", "30", "--users", "3",
           "--seed", seed, "--json", json.string()});
      EXPECT_EQ(problems(json), "");
      const auto report = parse(json);
      return report.at("parameters").dump() + report.at("results").dump();
    };
    const auto first = measure("5");
    EXPECT_EQ(measure("5"), first) << scenario;
    EXPECT_NE(measure("6"), first) << scenario;
  }
}

TEST_F(bench, takes_the_options_of_a_simulated_network) {
  const auto json = path("report.json");
  run({"bench",  "churn",        "--quick",     "--peers",
       "20",     "--users",      "2",           "--operations",
       "50",     "--duration",   "10",          "--k",
       "3",      "--n",          "5",           "--replicas",
       "2",      "--latency-ms", "40:15",       "--loss",
       "0.02",   "--lifetimes",  "exponential", "--virtual-time",
       "--json", json.string()});
  EXPECT_EQ(problems(json), "");
  const nlohmann::json wanted{{"peers", 20},
                              {"users", 2},
                              {"lookups", 50},
                              {"seconds", 10.0},
                              {"k", 3},
                              {"n", 5},
                              {"replicas", 2},
                              {"latency_ms", 40.0},
                              {"jitter_ms", 15.0},
                              {"loss", 0.02},
                              {"time", "virtual"},
                              {"seed", 1},
                              {"lifetimes", "exponential"}};
  EXPECT_EQ(parse(json).at("parameters"), wanted);
}

TEST_F(bench, finds_the_arithmetic_of_k_of_n_confirmed) {
  const auto json = path("report.json");
  const auto measure = [&](const char* seed) {
    run({"bench", "containment", "--users", "1000", "--seed", seed, "--json",
         json.string()});
    EXPECT_EQ(problems(json), "");
    return parse(json).at("results");
  };
  const auto results = measure("3");
  for (const auto& point : results.at("points")) {
    for (const std::string what : {"impersonated", "unavailable"}) {
      const double expected = point.at("expected_" + what);
      // Five standard deviations, and one user.
      EXPECT_NEAR(point.at(what).get<double>() / 1000, expected,
                  5 * std::sqrt(expected * (1 - expected) / 1000) + 0.001)
        << point;
    }
    if (!point.at("stolen_bootstrap")) {
      EXPECT_EQ(point.at("impersonated"), 0) << point;
    }
  }
  EXPECT_EQ(measure("3"), results);
}

TEST_F(bench, impersonates_nobody_whatever_hostile_peers_do) {
  const auto json = path("report.json");
  run({"bench", "attack", "--quick", "--hostile-share", "0.5", "--behaviour",
       "all", "--defences", "on", "--json", json.string()});
  EXPECT_EQ(problems(json), "");
  const auto points = parse(json).at("results").at("points");
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].at("impersonated"), 0);
  EXPECT_EQ(points[0].at("behaviour"), "all");
  EXPECT_EQ(points[0].at("defences"), true);
  EXPECT_EQ(points[0].at("hostile_share"), 0.5);
}

TEST_F(bench, lets_a_second_take_a_second_when_told_to) {
  child_process program{{CARILLON_BINARY, "bench", "churn", "--quick",
                         "--real-time", "--peers", "10", "--users", "2",
                         "--operations", "10", "--duration", "2"},
                        path("paced")};
  EXPECT_EQ(program.wait(2s), std::nullopt);
  program.send(SIGINT);
  EXPECT_EQ(program.wait(30s), 1);
}

TEST_F(bench, takes_the_options_of_a_scenario) {
  const auto json = path("report.json");
  run({"bench", "overlay", "--peers", "100", "--operations", "200",
       "--concurrency", "10", "--duration", "0.1", "--seed", "7", "--json",
       json.string()});
  EXPECT_EQ(problems(json), "");
  const auto report = parse(json);
  EXPECT_EQ(report.at("parameters").at("peers"), 100);
  EXPECT_EQ(report.at("parameters").at("lookups"), 200);
  EXPECT_EQ(report.at("parameters").at("concurrency"), 10);
  EXPECT_EQ(report.at("parameters").at("idle_seconds"), 0.1);
  EXPECT_EQ(report.at("parameters").at("seed"), 7);
}

TEST_F(bench, writes_a_report_to_standard_output_alone) {
  const auto json = path("report.json");
  child_process program{{"sh", "-c",
                         "exec " CARILLON_BINARY
                         " bench lookup --peers 20 --operations 50 --json - >"
                           + json.string()},
                        path("output")};
  ASSERT_EQ(program.wait(60s), 0) << program.output();
  EXPECT_EQ(problems(json), "");
  EXPECT_THAT(program.output(), HasSubstr("Lookups among 20 peers"));
}

TEST_F(bench, refuses_what_makes_no_sense) {
  EXPECT_THAT(run({"bench", "restart", "--peers", "2", "--users", "2"}, 1),
              HasSubstr("--users: a ring of 2 peers has phones at fewer"));
  EXPECT_THAT(run({"bench", "churn", "--k", "5", "--n", "4"}, 1),
              HasSubstr("k = 5, n = 4: set --k and --n"));
  EXPECT_THAT(run({"bench", "churn", "--latency-ms", "5:6"}, 2),
              HasSubstr("5:6 is not MEAN[:JITTER] in milliseconds"));
  EXPECT_THAT(run({"bench", "churn", "--virtual-time", "--real-time"}, 2),
              HasSubstr("excludes"));
  EXPECT_THAT(run({"bench"}, 2), HasSubstr("--help"));
  EXPECT_THAT(run({"bench", "nothing"}, 2),
              HasSubstr("there is no command nothing"));
  EXPECT_THAT(run({"bench", "overlay", "--peers", "0"}, 2),
              HasSubstr("--peers"));
  EXPECT_THAT(run({"bench", "lookup", "--routing", "astray"}, 2),
              HasSubstr("astray"));
  // An idle ring has no way in which lookups travel.
  EXPECT_THAT(run({"bench", "overlay", "--routing", "iterative"}, 2),
              HasSubstr("--routing"));
}

TEST_F(bench, tells_at_once_that_a_page_cannot_be_written) {
  const auto missing = path("missing") / "page.html";
  EXPECT_EQ(run({"bench", "overlay", "--html", missing.string()}, 1),
            "carillon: cannot write the report to " + missing.string()
              + ": No such file or directory\n");
}

TEST_F(bench, schema_finds_what_is_missing) {
  const auto json = path("report.json");
  run({"bench", "lookup", "--peers", "10", "--operations", "10", "--json",
       json.string()});
  auto report = parse(json);
  report["results"].erase("ratio_to_floor");
  std::ofstream{json} << report;
  EXPECT_THAT(problems(json), HasSubstr("ratio_to_floor"));
}
