#include "bench/scenarios.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/system/child_process.hpp"
#include "tests/system/local_address.hpp"
#include "tests/system/node_process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

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

/// Gives the process that another one has started; 0 when there is none.
pid_t child_of(pid_t parent) {
  const auto id = std::to_string(parent);
  std::ifstream in{"/proc/" + id + "/task/" + id + "/children"};
  pid_t result = 0;
  in >> result;
  return result;
}

/// Waits until a process is gone.
bool is_gone(pid_t process, std::chrono::seconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (::kill(process, 0) == 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(10ms);
  return ::kill(process, 0) != 0;
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
  EXPECT_EQ(report.at("results").at("register").at("failures"), 0.0);
  EXPECT_EQ(report.at("results").at("call").at("failures"), 0.0);
  const auto shown = rendered(html);
  EXPECT_THAT(shown, HasSubstr("carillon bench all --quick"));
  for (const auto* title :
       {"Figure 4: registration", "Figure 4: lookup", "Figure 4: call",
        "Figure 5: key from shares", "Figure 6", "Hops of lookups",
        "Lookups and bare walks", "Latency", "Records a second",
        "CPU of an operation", "Latency, from when it was meant to start",
        "Lookups that failed or named a wrong peer", "Records lost",
        "Messages of a peer", "Calls that failed",
        "Lookups that named the owner, without defences",
        "Calls that reached the callee, with defences",
        "Users impersonated with a stolen bootstrap key", "Users cut off"})
    EXPECT_THAT(shown, HasSubstr(title));
  constexpr size_t plots = 25;
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

TEST_F(bench, ends_soon_when_told_to_while_a_large_ring_starts) {
  child_process program{
    {CARILLON_BINARY, "bench", "overlay", "--peers", "1000000"}, path("large")};
  EXPECT_EQ(program.wait(3s), std::nullopt);
  program.send(SIGINT);
  EXPECT_EQ(program.wait(80s), 1);
}

TEST_F(bench, loads_a_node_that_it_starts) {
  const auto json = path("report.json");
  for (const std::string scenario : {"register", "call"}) {
    run({"bench", scenario, "--quick", "--users", "4", "--rate", "20",
         "--operations", "10", "--json", json.string()});
    EXPECT_EQ(problems(json), "");
    const auto report = parse(json);
    const auto& results = report.at("results");
    EXPECT_EQ(results.at("failures"), 0.0);
    EXPECT_EQ(results.at("latency").at("count"), 10);
    // Less where the machine has other things to do.
    EXPECT_LT(results.at("offered_per_s"), 21);
    EXPECT_GT(results.at("offered_per_s"), 5);
    EXPECT_GT(results.at("cpu_us_per_op"), results.at("crypto_floor_us"));
    EXPECT_GT(results.at("idle_cpu_us_per_s"), 0);
    EXPECT_EQ(results.at("highest_rate_without_failures"), 20);
    std::vector<std::string> names;
    for (const auto& each : results.at("combinations")) {
      names.push_back(each.at("mode").get<std::string>() + ' '
                      + each.at("cache").get<std::string>());
      EXPECT_EQ(each.at("failures"), 0.0) << each;
    }
    EXPECT_THAT(names,
                testing::ElementsAre("protected warm", "protected cold",
                                     "signed warm", "signed cold"));
    const auto floor_of = [&](size_t which) {
      return results.at("combinations")
        .at(which)
        .at("crypto_floor_us")
        .get<double>();
    };
    EXPECT_LT(floor_of(0), floor_of(1)) << scenario;
    EXPECT_EQ(report.at("parameters").at("target"), nullptr);
  }
}

TEST_F(bench, finds_the_highest_rate_of_a_node_that_runs) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto json = path("report.json");
  for (const std::string scenario : {"register", "call"}) {
    run({"bench", scenario, "--target", to_string(node.adapter("udp")),
         "--users", "4", "--rate", "10:30:10", "--operations", "8", "--json",
         json.string()});
    EXPECT_EQ(problems(json), "");
    const auto report = parse(json);
    const auto& results = report.at("results");
    EXPECT_EQ(results.at("failures"), 0.0);
    EXPECT_EQ(results.at("highest_rate_without_failures"), 30);
    ASSERT_EQ(results.at("steps").size(), 3u);
    EXPECT_EQ(results.at("steps").at(1).at("rate"), 20);
    EXPECT_EQ(results.at("steps").at(1).at("latency").at("count"), 8);
    // It is not for others to see.
    EXPECT_EQ(results.at("cpu_us_per_op"), nullptr);
    EXPECT_GT(results.at("crypto_floor_us"), 0);
  }
}

TEST_F(bench, ends_a_ramp_with_the_first_rate_that_has_failures) {
  // A user has at most 64 registrations waiting.
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto json = path("report.json");
  const auto output =
    run({"bench", "register", "--target", to_string(node.adapter("udp")),
         "--users", "2", "--rate", "20:1000000:500000", "--operations", "160",
         "--json", json.string()});
  EXPECT_EQ(problems(json), "");
  const auto results = parse(json).at("results");
  ASSERT_EQ(results.at("steps").size(), 2u);
  EXPECT_GT(results.at("steps").at(1).at("failures"), 0.0);
  EXPECT_EQ(results.at("steps").at(0).at("kept_up"), true);
  EXPECT_EQ(results.at("steps").at(1).at("kept_up"), false);
  EXPECT_GT(results.at("steps").at(1).at("failed").at("503"), 0);
  EXPECT_EQ(results.at("highest_rate_without_failures"), 20);
  EXPECT_THAT(output, HasSubstr("x 503"));
}

TEST_F(bench, tells_soon_that_a_target_does_not_answer) {
  using boost::asio::ip::udp;
  boost::asio::io_context io;
  const udp::socket silent{io, {boost::asio::ip::address_v4::loopback(), 0}};
  const auto silent_address =
    "127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(run({"bench", "call", "--target", silent_address}, 1),
              HasSubstr(silent_address + " does not answer"));
  const auto closed = "127.0.0.1:" + std::to_string(free_port("127.0.0.1"));
  EXPECT_THAT(run({"bench", "register", "--target", closed}, 1),
              HasSubstr("nobody listens for UDP at " + closed));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
}

TEST_F(bench, leaves_no_node_behind) {
  for (const auto signal : {SIGINT, SIGKILL}) {
    child_process program{
      {CARILLON_BINARY, "bench", "call", "--rate", "1", "--duration", "600"},
      path("interrupted")};
    pid_t node = 0;
    for (int i = 0; i < 1000 && node == 0; ++i) {
      std::this_thread::sleep_for(10ms);
      node = child_of(program.id());
    }
    ASSERT_NE(node, 0) << program.output();
    program.send(signal);
    EXPECT_EQ(program.wait(30s), signal == SIGINT ? 1 : 128 + SIGKILL);
    EXPECT_TRUE(is_gone(node, 30s));
  }
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
  for (const std::string rate : {"0", "fast", "1:2", "20:10:1", "1:2:0"})
    EXPECT_THAT(run({"bench", "call", "--rate", rate}, 2),
                HasSubstr(rate + " is not RATE or FROM:TO:STEP"));
  for (const std::string target : {"127.0.0.1", ":5060", "127.0.0.1:0"})
    EXPECT_THAT(run({"bench", "register", "--target", target}, 2),
                HasSubstr("--target: " + target));
  EXPECT_THAT(run({"bench", "call", "--operations", "5", "--duration", "5"}, 2),
              HasSubstr("--operations and --duration: give one of them"));
  EXPECT_THAT(run({"bench", "call", "--duration", "3001"}, 2),
              HasSubstr("more than 50 minutes"));
  EXPECT_THAT(run({"bench", "store", "--target", "127.0.0.1:5060"}, 2),
              HasSubstr("--target"));
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
