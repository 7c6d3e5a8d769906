#include "bench/bench_command.hpp"

#include "bench/defaults.hpp"
#include "bench/run_scenario.hpp"
#include "bench/scenarios.hpp"
#include "protocols/identity/defaults.hpp"
#include "runtime/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

#include <iomanip>
#include <map>
#include <memory>
#include <ostream>
#include <string>

namespace carillon {

namespace {

/// What the command line gives as numbers of seconds.
template <class Setter>
CLI::Option* add_seconds(CLI::App& command, const char* name, Setter set,
                         const char* what) {
  return command
    .add_option_function<double>(
      name,
      [set](const double& seconds) {
        set(std::chrono::duration_cast<duration>(
          std::chrono::duration<double>{seconds}));
      },
      what)
    ->type_name("SECONDS")
    ->check(
      CLI::Range(defaults::min_bench_seconds, defaults::max_bench_seconds));
}

void add_common_options(CLI::App& command, bench_options& options) {
  command.add_flag("--quick", options.quick, "a small run");
  command.add_option("--seed", options.seed, "seed of all choices")
    ->type_name("S")
    ->capture_default_str();
  command
    .add_option("--json", options.json,
                "write a report for programs; - is standard output")
    ->type_name("FILE");
  command
    .add_option("--html", options.html,
                "write a page with plots and tables for people")
    ->type_name("FILE");
}

/// Says what was asked for, so that somebody else can ask for it.
std::string command_text(const CLI::App& command) {
  auto result = "carillon bench " + command.get_name();
  for (const auto* option : command.get_options()) {
    if (option->count() == 0)
      continue;
    result += ' ' + option->get_name();
    if (option->get_items_expected_max() > 0)
      for (const auto& value : option->results())
        result += ' ' + value;
  }
  return result;
}

void add_scenario_options(CLI::App& command, bench_option_set wanted,
                          bench_options& options) {
  if (has(wanted, bench_option::peers))
    command.add_option("--peers", options.peers, "peers of the ring")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, defaults::max_bench_peers));
  if (has(wanted, bench_option::replicas))
    command
      .add_option_function<unsigned>(
        "--replicas",
        [&options](const unsigned& count) {
          options.replicas = static_cast<uint8_t>(count);
        },
        "nodes that hold each record")
      ->type_name("N")
      ->check(CLI::Range(1u, unsigned{identity::defaults::max_replicas}));
  if (has(wanted, bench_option::operations))
    command
      .add_option("--operations", options.operations, "operations to measure")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, defaults::max_bench_operations));
  if (has(wanted, bench_option::concurrency))
    command
      .add_option("--concurrency", options.concurrency,
                  "operations under way at a time")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, defaults::max_bench_concurrency));
  if (has(wanted, bench_option::time))
    add_seconds(
      command, "--duration", [&options](duration time) { options.time = time; },
      "how long to measure");
  if (has(wanted, bench_option::routing)) {
    using chord::routing_strategy;
    static const std::map<std::string, routing_strategy> names{
      {"semi-recursive", routing_strategy::semi_recursive},
      {"recursive", routing_strategy::recursive},
      {"iterative", routing_strategy::iterative}};
    command
      .add_option_function<std::string>(
        "--routing",
        [&options](const std::string& name) {
          options.routing = names.at(name);
        },
        "how lookups travel: semi-recursive, recursive or iterative")
      ->type_name("HOW")
      ->check(CLI::IsMember(names));
  }
}

void list_scenarios(std::ostream& out) {
  constexpr int name_width = 18;
  for (const auto& each : all_scenarios())
    out << std::left << std::setw(name_width) << each.name << each.sentence
        << '\n';
}

} // namespace

void add_bench_command(command_line& program) {
  auto& bench = program.add_group("bench",
                                  "measure Carillon: load, scale, "
                                  "churn and attacks");
  program.add_to(bench, "list", "list the scenarios",
                 [&program]() -> expected<void> {
                   list_scenarios(program.out());
                   return {};
                 });
  const auto add = [&](std::string name, std::string sentence,
                       bench_option_set wanted,
                       std::span<const scenario> scenarios) {
    auto options = std::make_shared<bench_options>();
    auto chosen = std::make_shared<const CLI::App*>(nullptr);
    auto run = [options, chosen, scenarios, &program] {
      options->command = command_text(**chosen);
      return run_scenarios(scenarios, *options, program.out(), program.err());
    };
    auto& command = program.add_to(bench, std::move(name), std::move(sentence),
                                   std::move(run));
    *chosen = &command;
    add_common_options(command, *options);
    add_scenario_options(command, wanted, *options);
  };
  for (const auto& each : all_scenarios())
    add(std::string{each.name}, std::string{each.sentence}, each.options,
        {&each, 1});
  add("all", "all scenarios, one after the other", 0, all_scenarios());
}

} // namespace carillon
