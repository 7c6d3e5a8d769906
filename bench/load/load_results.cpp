#include "bench/load/load_results.hpp"

#include <string>
#include <utility>

namespace carillon {

namespace {

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

nlohmann::json figures_json(const load_figures& figures) {
  const auto& account = figures.account;
  const auto planned = figures.schedule.length();
  auto failed = nlohmann::json::object();
  for (const auto& [kind, count] : account.kinds())
    failed[kind] = count;
  return {{"rate", figures.schedule.per_second()},
          {"offered_per_s", account.offered_per_second(planned)},
          {"answered_per_s", account.answered_per_second(planned)},
          {"latency", account.latency().to_json()},
          {"lateness", account.lateness().to_json()},
          {"cpu_us_per_op", or_null(figures.cpu_us)},
          {"generator_cpu_us_per_op", figures.generator_cpu_us},
          {"kept_up", figures.keeps_up()},
          {"failures", account.failures()},
          {"failed", std::move(failed)},
          {"sent_again", account.repeated()}};
}

const char* cache_name(const load_combination& each) {
  return each.is_cold ? "cold" : "warm";
}

nlohmann::json combination_json(const load_combination& each) {
  auto result = figures_json(each.figures);
  result["mode"] =
    each.mode ? nlohmann::json(to_string(*each.mode)) : nlohmann::json(nullptr);
  result["cache"] = cache_name(each);
  result["crypto_floor_us"] = each.crypto_floor_us;
  return result;
}

// -- for people ---------------------------------------------------------------

std::string name_of(const load_combination& each) {
  return std::string{each.mode ? to_string(*each.mode) : "target"} + ", "
    + cache_name(each);
}

double ms_at(const load_figures& figures, double share) {
  return milliseconds(figures.account.latency().percentile(share));
}

std::string describe_latency(const load_figures& figures) {
  return fixed_text(ms_at(figures, 0.5)) + " ms median, "
    + fixed_text(ms_at(figures, 0.99)) + " ms at the 99th percentile";
}

std::string describe_rates(const load_figures& figures) {
  const auto planned = figures.schedule.length();
  return fixed_text(figures.account.answered_per_second(planned), 1)
    + " a second of "
    + fixed_text(figures.account.offered_per_second(planned), 1) + " offered";
}

std::string describe_failed(const load_figures& figures) {
  const auto& account = figures.account;
  if (account.failed() == 0)
    return "none of " + grouped_text(account.offered());
  return grouped_text(account.failed()) + " of "
    + grouped_text(account.offered()) + ": " + describe_failures(account);
}

std::string describe_cpu(const load_combination& each) {
  const auto alone =
    "cryptography alone " + fixed_text(each.crypto_floor_us, 0) + " us";
  return each.figures.cpu_us
    ? fixed_text(*each.figures.cpu_us, 0) + " us, " + alone
    : alone;
}

/// Of 50 characters or so.
std::string describe_briefly(const load_figures& figures,
                             const std::optional<double>& floor_us) {
  const auto planned = figures.schedule.length();
  auto result = fixed_text(figures.account.answered_per_second(planned), 1)
    + "/s, " + fixed_text(ms_at(figures, 0.5)) + " ms";
  if (figures.cpu_us)
    result += ", " + fixed_text(*figures.cpu_us, 0) + " us";
  if (floor_us)
    result += " (" + fixed_text(*floor_us, 0) + ")";
  return result + ", failed "
    + (figures.account.failed() > 0 ? describe_failures(figures.account) : "0");
}

plot latency_of_combinations(const load_results& results) {
  plot result{
    "Latency, from when it was meant to start",
    {"percentile"},
    {"latency (ms)", true},
    {},
    "Operations that failed have none.",
  };
  for (const auto& each : results.combinations) {
    plot_series line{name_of(each)};
    for (const auto percentile : {1, 10, 25, 50, 75, 90, 95, 99, 100})
      line.points.push_back({static_cast<double>(percentile),
                             ms_at(each.figures, percentile / 100.0)});
    result.series.push_back(std::move(line));
  }
  return result;
}

plot cpu_of_combinations(const load_results& results) {
  plot result{"CPU of an operation", {}, {"CPU (us)"}, {}};
  plot_series node{"node"};
  plot_series alone{"cryptography alone (the floor)", {}, true};
  for (const auto& each : results.combinations) {
    const auto x = static_cast<double>(result.x.categories.size());
    result.x.categories.push_back(name_of(each));
    if (each.figures.cpu_us)
      node.points.push_back({x, *each.figures.cpu_us});
    alone.points.push_back({x, each.crypto_floor_us});
  }
  if (!node.points.empty())
    result.series.push_back(std::move(node));
  result.series.push_back(std::move(alone));
  return result;
}

plot rates_of_steps(const load_results& results) {
  plot result{"Answered, by the rate that is offered",
              {"offered a second"},
              {"answered a second"},
              {}};
  plot_series answered{"answered"};
  plot_series offered{"offered", {}, true};
  for (const auto& each : results.steps) {
    const auto planned = each.schedule.length();
    const auto x = each.account.offered_per_second(planned);
    answered.points.push_back({x, each.account.answered_per_second(planned)});
    offered.points.push_back({x, x});
  }
  result.series = {std::move(answered), std::move(offered)};
  return result;
}

plot latency_of_steps(const load_results& results) {
  plot result{"Latency, by the rate that is offered",
              {"offered a second"},
              {"latency (ms)", true},
              {}};
  for (const auto& [name, share] :
       {std::pair{"median", 0.5}, {"99th percentile", 0.99}}) {
    plot_series line{name};
    for (const auto& each : results.steps)
      line.points.push_back(
        {each.account.offered_per_second(each.schedule.length()),
         ms_at(each, share)});
    result.series.push_back(std::move(line));
  }
  return result;
}

std::vector<std::string> cells(std::string name, const load_figures& figures) {
  const auto planned = figures.schedule.length();
  const auto& account = figures.account;
  return {std::move(name),
          fixed_text(account.offered_per_second(planned), 1),
          fixed_text(account.answered_per_second(planned), 1),
          fixed_text(ms_at(figures, 0.5)),
          fixed_text(ms_at(figures, 0.99)),
          figures.cpu_us ? fixed_text(*figures.cpu_us, 0) : "-",
          std::to_string(account.failed()),
          describe_failures(account)};
}

page_table combinations_table(const load_results& results) {
  page_table result{"Security modes and key caches",
                    {"combination", "offered a second", "answered a second",
                     "50 % (ms)", "99 % (ms)", "CPU (us)", "failed", "how",
                     "cryptography alone (us)"},
                    {}};
  for (const auto& each : results.combinations) {
    result.rows.push_back(cells(name_of(each), each.figures));
    result.rows.back().push_back(fixed_text(each.crypto_floor_us, 0));
  }
  return result;
}

page_table steps_table(const load_results& results) {
  page_table result{"Rates",
                    {"rate", "offered a second", "answered a second",
                     "50 % (ms)", "99 % (ms)", "CPU (us)", "failed", "how"},
                    {}};
  for (const auto& each : results.steps)
    result.rows.push_back(cells(fixed_text(each.schedule.per_second()), each));
  return result;
}

void print_first(text_output& out, const load_results& results) {
  const auto& first = results.combinations.front();
  out.entry("answered", describe_rates(first.figures));
  out.entry("latency", describe_latency(first.figures));
  out.entry("CPU", describe_cpu(first));
  out.entry("failed", describe_failed(first.figures));
  if (results.idle_cpu_us)
    out.entry("CPU at rest",
              fixed_text(*results.idle_cpu_us, 0) + " us a second");
}

} // namespace

const load_figures* last_good_step(const std::vector<load_figures>& steps) {
  const load_figures* result = nullptr;
  for (const auto& each : steps) {
    if (!each.keeps_up())
      break;
    result = &each;
  }
  return result;
}

nlohmann::json to_json(const load_results& results) {
  const auto& first = results.combinations.front();
  const auto figures = combination_json(first);
  nlohmann::json result{{"idle_cpu_us_per_s", or_null(results.idle_cpu_us)},
                        {"highest_rate_without_failures", nullptr},
                        {"combinations", nlohmann::json::array()},
                        {"steps", nlohmann::json::array()}};
  for (const auto* name : {"offered_per_s", "answered_per_s", "latency",
                           "cpu_us_per_op", "crypto_floor_us", "failures"})
    result[name] = figures.at(name);
  if (const auto* good = last_good_step(results.steps))
    result["highest_rate_without_failures"] = good->schedule.per_second();
  for (const auto& each : results.combinations)
    result["combinations"].push_back(combination_json(each));
  for (const auto& each : results.steps)
    result["steps"].push_back(figures_json(each));
  return result;
}

void show_load(scenario_run& run, const load_results& results, size_t users) {
  const auto& first = results.combinations.front();
  const auto things = results.what == phone_operation::call
    ? std::string{"Calls among "}
    : std::string{"Registrations of "};
  run.out.section(things + grouped_text(users) + " users (" + name_of(first)
                  + " key cache)");
  print_first(run.out, results);
  if (results.combinations.size() > 1)
    run.out.line("Others: answered, median latency, CPU (cryptography alone):");
  for (size_t i = 1; i < results.combinations.size(); ++i) {
    const auto& each = results.combinations[i];
    run.out.entry(name_of(each),
                  describe_briefly(each.figures, each.crypto_floor_us));
  }
  if (results.steps.size() > 1) {
    run.out.line("Rates: answered, median latency, CPU:");
    for (const auto& each : results.steps)
      run.out.entry(fixed_text(each.schedule.per_second(), 1) + " a second",
                    describe_briefly(each, std::nullopt));
    const auto* good = last_good_step(results.steps);
    run.out.entry("highest without failures",
                  good == nullptr
                    ? "none"
                    : fixed_text(good->schedule.per_second(), 1) + " a second");
    run.shown.plots.push_back(rates_of_steps(results));
    run.shown.plots.push_back(latency_of_steps(results));
    run.shown.tables.push_back(steps_table(results));
  }
  run.shown.plots.push_back(latency_of_combinations(results));
  run.shown.plots.push_back(cpu_of_combinations(results));
  run.shown.tables.push_back(combinations_table(results));
}

} // namespace carillon
