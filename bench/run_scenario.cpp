#include "bench/run_scenario.hpp"

#include "bench/html/page.hpp"

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
  if (options.html)
    if (auto writable = report::check_writable(*options.html); !writable)
      return writable;
  if (!options.json || goes_to_stream(options.json))
    return {};
  return report::check_writable(*options.json);
}

std::string fact_text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Gives what a scenario was asked to do, as a table.
page_table parameter_table(const nlohmann::json& parameters) {
  page_table result{"Parameters", {"parameter", "value"}, {}};
  for (const auto& [name, value] : parameters.items())
    result.rows.push_back({name, fact_text(value)});
  return result;
}

expected<void> write_html(page& shown, const report& data,
                          const bench_options& options) {
  shown.command = options.command;
  const auto environment = data.environment();
  for (const auto& [name, value] : environment.items())
    shown.facts.emplace_back(name, fact_text(value));
  return report::write_file(*options.html,
                            [&](std::ostream& out) { write_page(shown, out); });
}

expected<report> run_all(std::span<const scenario> scenarios,
                         const bench_options& options, progress& steps,
                         text_output& text, page& shown) {
  const termination signals;
  const auto run_one = [&](const scenario& each) -> expected<report> {
    report data{std::string{each.name}};
    page_section part;
    part.title = std::string{each.name} + ": " + std::string{each.sentence};
    scenario_run run{options, signals, steps, text, data, part};
    const auto done = each.run(run);
    steps.clear();
    if (!done)
      return tl::unexpected{done.error()};
    part.tables.push_back(parameter_table(data.parameters));
    shown.sections.push_back(std::move(part));
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
  page shown;
  const auto data = run_all(scenarios, options, steps, text, shown);
  if (!data)
    return tl::unexpected{data.error()};
  if (options.html) {
    shown.title = "carillon bench";
    if (auto written = write_html(shown, *data, options); !written)
      return written;
  }
  if (to_stream)
    data->write(out);
  else if (options.json)
    return data->write(*options.json);
  return {};
}

} // namespace carillon
