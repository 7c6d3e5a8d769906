#include "bench/bench_command.hpp"

#include "bench/bench_option_parser.hpp"
#include "bench/run_scenario.hpp"
#include "bench/scenarios.hpp"
#include "runtime/command_line.hpp"

#include <CLI/App.hpp>

#include <iomanip>
#include <memory>
#include <ostream>
#include <string>

namespace carillon {

namespace {

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
    add_common_bench_options(command, *options);
    add_bench_options(command, wanted, *options);
  };
  for (const auto& each : all_scenarios())
    add(std::string{each.name}, std::string{each.sentence}, each.options,
        {&each, 1});
  add("all", "all scenarios, one after the other", 0, all_scenarios());
}

} // namespace carillon
