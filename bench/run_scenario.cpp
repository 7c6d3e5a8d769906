#include "bench/run_scenario.hpp"

#include <unistd.h>

#include <ostream>
#include <string>
#include <utility>

namespace carillon {

namespace {

bool goes_to_stream(const std::optional<std::string>& file) {
  return file && *file == "-";
}

/// The report is what many wait for: that it cannot be written has to be known
/// before the work.
expected<void> check_files(const bench_options& options) {
  if (!options.json || goes_to_stream(options.json))
    return {};
  return report::check_writable(*options.json);
}

expected<report> run_all(std::span<const scenario> scenarios,
                         const bench_options& options, progress& steps,
                         text_output& text) {
  const termination signals;
  const auto run_one = [&](const scenario& each) -> expected<report> {
    report data{std::string{each.name}};
    scenario_run run{options, signals, steps, text, data};
    const auto done = each.run(run);
    steps.clear();
    if (!done)
      return tl::unexpected{done.error()};
    return data;
  };
  if (scenarios.size() == 1)
    return run_one(scenarios.front());
  report whole{"all"};
  for (const auto& each : scenarios) {
    auto part = run_one(each);
    if (!part)
      return part;
    const std::string name{each.name};
    whole.parameters[name] = std::move(part->parameters);
    whole.results[name] = std::move(part->results);
  }
  return whole;
}

} // namespace

expected<void> run_scenarios(std::span<const scenario> scenarios,
                             const bench_options& options, std::ostream& out,
                             std::ostream& err) {
  if (auto writable = check_files(options); !writable)
    return writable;
  const auto to_stream = goes_to_stream(options.json);
  text_output text{to_stream ? err : out};
  progress steps{err, ::isatty(STDERR_FILENO) != 0};
  const auto data = run_all(scenarios, options, steps, text);
  if (!data)
    return tl::unexpected{data.error()};
  if (to_stream)
    data->write(out);
  else if (options.json)
    return data->write(*options.json);
  return {};
}

} // namespace carillon
