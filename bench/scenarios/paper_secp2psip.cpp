#include "bench/scenarios/paper_secp2psip.hpp"

#include "bench/defaults.hpp"
#include "bench/demo/demo_party.hpp"
#include "bench/demo/demo_rounds.hpp"
#include "bench/demo/step_recorder.hpp"
#include "bench/quiet_log.hpp"
#include "bench/scratch_directory.hpp"
#include "storage/rocksdb_store.hpp"

#include <botan/auto_rng.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace carillon {

namespace {

/// A case that the paper measured. "Peers" are those that run beside the nodes
/// of the bootstrap server and of the two users.
struct paper_case {
  size_t peers;
  uint8_t k;
  uint8_t n;
};

/// A value that the text of the paper gives for a case, section VI-B.
struct paper_value {
  paper_case where;
  double ms;
};

constexpr std::array registration_values{
  paper_value{{0, 4, 8}, 752.48},
  paper_value{{50, 4, 8}, 1005.80},
  paper_value{{50, 6, 10}, 1219.66},
};

constexpr std::array reconstruction_values{
  paper_value{{10, 3, 8}, 256.48},
  paper_value{{10, 6, 10}, 486.40},
  paper_value{{10, 9, 10}, 678.79},
  paper_value{{30, 9, 10}, 743.45},
};

// "Considering all the cases", and "overall".
constexpr double lookup_value = 169.53;
constexpr double call_value = 481.03;

/// Figure 6: the length of calls, and what the text says about them.
constexpr std::array call_minutes{1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20};
constexpr int paper_minutes = 1;
constexpr double paper_percent = 0.8;

constexpr double ms_per_minute = 60'000;

template <size_t Size>
nlohmann::json value_of(const std::array<paper_value, Size>& values,
                        const paper_case& where) {
  for (const auto& each : values) {
    if (each.where.peers == where.peers && each.where.k == where.k
        && each.where.n == where.n)
      return each.ms;
  }
  return nullptr;
}

/// What came of one case.
struct case_figures {
  durations registration;
  durations lookup;
  durations call;
  durations reconstruction;
};

/// Which of the four a case is about.
struct wanted_figures {
  bool figure4 = false;
  bool reconstruction = false;
};

/// Starts a ring with two phones, measures, and ends all of it again.
expected<case_figures> measure_case(scenario_run& run, const paper_case& what,
                                    const wanted_figures& wanted,
                                    size_t rounds) {
  constexpr size_t own_nodes = 3;
  const auto directory = scratch_directory::make();
  if (!directory)
    return tl::unexpected{directory.error()};
  auto store = storage::rocksdb_store::open(directory->path() / "records");
  if (!store)
    return tl::unexpected{store.error()};
  Botan::AutoSeeded_RNG rng;
  demo_ring_config config;
  config.ring.domain = defaults::bench_domain;
  config.ring.k = what.k;
  config.ring.n = what.n;
  config.peers = own_nodes + what.peers;
  config.seed = run.options.seed;
  config.sink = make_quiet_log();
  config.store = std::move(*store);
  auto ring = demo_ring::make(config, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  auto stage = make_stage(**ring, 0, std::make_shared<step_recorder>(),
                          directory->path(), rng);
  auto alice = demo_party::make(stage, 1, "alice");
  if (!alice)
    return tl::unexpected{alice.error()};
  auto bob = demo_party::make(stage, 2, "bob");
  if (!bob)
    return tl::unexpected{bob.error()};
  for (auto* party : {alice->get(), bob->get()}) {
    if (auto done = party->restart(identity::security_mode::protected_mode);
        !done)
      return tl::unexpected{done.error()};
    if (auto done = party->phone().register_here(); !done)
      return tl::unexpected{done.error()};
  }
  case_figures result;
  const auto measure = [](durations& into, auto measured) -> expected<void> {
    return measured.map([&](const durations& values) { into = values; });
  };
  expected<void> done;
  if (wanted.figure4)
    done =
      measure(result.registration,
              measure_registrations(**alice, run.signals, rounds))
        .and_then([&] {
          return measure(result.lookup,
                         measure_lookups(**alice, **bob, run.signals, rounds));
        })
        .and_then([&] {
          return measure(result.call,
                         measure_calls(**alice, **bob, run.signals, rounds));
        });
  if (done && wanted.reconstruction)
    done =
      measure(result.reconstruction,
              measure_reconstructions(**alice, **bob, run.signals, rounds));
  if (!done)
    return tl::unexpected{done.error()};
  return result;
}

/// As above, with another ring where the shares of a user happen to lie on
/// fewer than k nodes: keys cannot be read there, by design.
expected<case_figures> measure_some_ring(scenario_run& run,
                                         const paper_case& what,
                                         const wanted_figures& wanted,
                                         size_t rounds) {
  auto result = measure_case(run, what, wanted, rounds);
  for (size_t i = 1; i < defaults::paper_rings && !result
       && result.error().code == errc::not_enough_shares;
       ++i)
    result = measure_case(run, what, wanted, rounds);
  return result;
}

/// Lists of a report, with what is drawn of them.
struct figure_lists {
  nlohmann::json registration = nlohmann::json::array();
  nlohmann::json lookup = nlohmann::json::array();
  nlohmann::json call = nlohmann::json::array();
  nlohmann::json reconstruct = nlohmann::json::array();
};

nlohmann::json point(const paper_case& where, const durations& measured,
                     nlohmann::json paper_ms) {
  return {{"peers", where.peers},
          {"k", where.k},
          {"n", where.n},
          {"duration", measured.to_json()},
          {"paper_ms", std::move(paper_ms)}};
}

nlohmann::json overhead_of(double call_ms) {
  auto result = nlohmann::json::array();
  for (const auto minutes : call_minutes) {
    nlohmann::json each{{"minutes", minutes},
                        {"percent", 100 * call_ms / (minutes * ms_per_minute)},
                        {"paper_percent", nullptr}};
    if (minutes == paper_minutes)
      each["paper_percent"] = paper_percent;
    result.push_back(std::move(each));
  }
  return result;
}

std::string shares_text(const nlohmann::json& point) {
  return "k=" + point.at("k").dump() + ", n=" + point.at("n").dump();
}

/// Finds the series of a name, or adds it.
plot_series& series_of(plot& drawn, const std::string& name,
                       bool is_reference) {
  const auto known = std::ranges::find(drawn.series, name, &plot_series::name);
  if (known != drawn.series.end())
    return *known;
  return drawn.series.emplace_back(plot_series{name, {}, is_reference});
}

/// Draws one line a pair of k and n over the number of peers, and the paper's
/// values beside them.
/// @param is_overall whether the paper gives one mean over all its cases.
plot draw_figure(std::string title, const nlohmann::json& points,
                 bool is_overall) {
  plot result{
    std::move(title), {"peers"}, {"mean duration (ms)", true}, {}, {}};
  for (const auto& each : points) {
    const auto& duration = each.at("duration");
    series_of(result, shares_text(each), false)
      .points.push_back(
        {each.at("peers").get<double>(), duration.at("mean").get<double>(),
         duration.at("p50").get<double>(), duration.at("p90").get<double>()});
  }
  for (const auto& each : points) {
    if (each.at("paper_ms").is_null())
      continue;
    const plot_point value{each.at("peers").get<double>(),
                           each.at("paper_ms").get<double>()};
    auto& line = series_of(
      result, is_overall ? "paper, overall" : "paper, " + shares_text(each),
      true);
    // Where it has no k and n, one value for each number of peers is enough.
    if (std::ranges::find(line.points, value.x, &plot_point::x)
        == line.points.end())
      line.points.push_back(value);
  }
  result.note = "Error bars reach from the median to the 90th percentile.";
  return result;
}

page_table list_points(std::string title, const nlohmann::json& points) {
  page_table result{
    std::move(title),
    {"peers", "k", "n", "mean (ms)", "50 %", "90 %", "99 %", "paper (ms)"},
    {}};
  for (const auto& each : points) {
    const auto& duration = each.at("duration");
    const auto ms = [&](const char* what) {
      return fixed_text(duration.at(what).get<double>());
    };
    const auto& paper = each.at("paper_ms");
    result.rows.push_back(
      {each.at("peers").dump(), each.at("k").dump(), each.at("n").dump(),
       ms("mean"), ms("p50"), ms("p90"), ms("p99"),
       paper.is_null() ? "-" : fixed_text(paper.get<double>())});
  }
  return result;
}

plot draw_overhead(const nlohmann::json& points) {
  plot result{"Figure 6: share of a call that is spent on setting it up",
              {"length of the call (minutes)"},
              {"overhead (%)", true},
              {}};
  plot_series here{"measured"};
  plot_series paper{"paper (its machines)", {}, true};
  for (const auto& each : points) {
    const auto x = each.at("minutes").get<double>();
    here.points.push_back({x, each.at("percent").get<double>()});
    // What its mean of 481 ms gives; its text gives 0.8 % for one minute.
    paper.points.push_back({x, 100 * call_value / (x * ms_per_minute)});
  }
  result.series = {std::move(here), std::move(paper)};
  return result;
}

void print_figure(text_output& out, const char* what,
                  const nlohmann::json& points) {
  for (const auto& each : points) {
    const auto name = std::string{what} + ", " + each.at("peers").dump()
      + " peers, " + each.at("k").dump() + "/" + each.at("n").dump();
    const auto& duration = each.at("duration");
    auto text = fixed_text(duration.at("mean").get<double>()) + " ms";
    if (!each.at("paper_ms").is_null())
      text +=
        " (paper: " + fixed_text(each.at("paper_ms").get<double>()) + " ms)";
    out.entry(name, "  " + text);
  }
}

} // namespace

expected<void> run_paper_secp2psip(scenario_run& run) {
  const auto rounds =
    run.choose(run.options.operations, defaults::quick_paper_rounds,
               defaults::paper_rounds);
  const std::vector<size_t> peers = run.options.quick
    ? std::vector<size_t>{0, 10}
    : std::vector<size_t>{0, 10, 20, 30, 40, 50};
  struct planned {
    paper_case where;
    wanted_figures wanted;
  };
  std::vector<planned> plan;
  for (const auto& [k, n] : {std::pair<uint8_t, uint8_t>{4, 8}, {6, 10}})
    for (const auto count : peers)
      plan.push_back({{count, k, n}, {true, false}});
  for (const auto& each : reconstruction_values)
    plan.push_back({each.where, {false, true}});
  run.data.parameters = {{"iterations", rounds},
                         {"security", "protected"},
                         {"key_cache", "cold"},
                         {"seed", run.options.seed}};
  figure_lists lists;
  double call_sum = 0;
  size_t call_cases = 0;
  run.steps.begin("measuring the paper's cases", plan.size());
  for (size_t i = 0; i < plan.size(); ++i) {
    const auto& [where, wanted] = plan[i];
    const auto figures = measure_some_ring(run, where, wanted, rounds);
    if (!figures)
      return tl::unexpected{figures.error()};
    if (wanted.figure4) {
      lists.registration.push_back(point(where, figures->registration,
                                         value_of(registration_values, where)));
      lists.lookup.push_back(point(where, figures->lookup, lookup_value));
      lists.call.push_back(point(where, figures->call, call_value));
      call_sum += lists.call.back().at("duration").at("mean").get<double>();
      ++call_cases;
    }
    if (wanted.reconstruction)
      lists.reconstruct.push_back(
        point(where, figures->reconstruction,
              value_of(reconstruction_values, where)));
    run.steps.set(i + 1);
  }
  const auto mean_call = call_sum / static_cast<double>(call_cases);
  const auto overhead = overhead_of(mean_call);
  run.shown.text =
    "Measured between phones on real UDP sockets and adapters on nodes of "
    "their own, all in one process on one machine; the paper's nodes were "
    "machines of a testbed. Its values for lookups and calls are means over "
    "all its cases.";
  run.shown.plots = {
    draw_figure("Figure 4: registration", lists.registration, false),
    draw_figure("Figure 4: lookup", lists.lookup, true),
    draw_figure("Figure 4: call, INVITE to 302", lists.call, true),
    draw_figure("Figure 5: key from shares", lists.reconstruct, false),
    draw_overhead(overhead)};
  run.shown.tables = {list_points("Registration", lists.registration),
                      list_points("Lookup", lists.lookup),
                      list_points("Call", lists.call),
                      list_points("Key from shares", lists.reconstruct)};
  run.steps.clear();
  run.out.section("The SecP2PSIP paper's figures (means of "
                  + std::to_string(rounds) + " iterations)");
  print_figure(run.out, "register", lists.registration);
  print_figure(run.out, "lookup", lists.lookup);
  print_figure(run.out, "call", lists.call);
  print_figure(run.out, "key", lists.reconstruct);
  constexpr double average_minutes = 12;
  run.out.entry(
    "overhead, 12 minutes",
    "  " + fixed_text(100 * mean_call / (average_minutes * ms_per_minute), 4)
      + " % (paper: under 0.07 %)");
  run.data.results = {{"registration", std::move(lists.registration)},
                      {"lookup", std::move(lists.lookup)},
                      {"call", std::move(lists.call)},
                      {"reconstruct", std::move(lists.reconstruct)},
                      {"overhead", overhead}};
  return {};
}

} // namespace carillon
