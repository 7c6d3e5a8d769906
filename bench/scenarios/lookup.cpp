#include "bench/scenarios/lookup.hpp"

#include "bench/defaults.hpp"
#include "bench/rings/actor_walk.hpp"
#include "bench/rings/lookup_load.hpp"
#include "bench/rings/settled_host.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace carillon {

namespace {

/// Gives walks that are as long as these lookups were, in the mean.
std::vector<uint32_t> walks_like(const histogram& hops) {
  constexpr size_t lengths = 100;
  std::vector<uint32_t> result;
  for (size_t i = 1; i <= lengths; ++i)
    result.push_back(static_cast<uint32_t>(
      hops.percentile(static_cast<double>(i) / double{lengths})));
  return result;
}

plot rates_plot(const std::vector<double>& lookups,
                const std::vector<double>& walks) {
  plot result{"Lookups and bare walks", {"turn"}, {"operations a second"}, {}};
  const auto add = [&](const char* name, const std::vector<double>& rates,
                       bool is_reference) {
    plot_series line{name, {}, is_reference};
    for (size_t i = 0; i < rates.size(); ++i)
      line.points.push_back({static_cast<double>(i + 1), rates[i]});
    result.series.push_back(std::move(line));
  };
  add("lookups", lookups, false);
  add("bare walks (the floor)", walks, true);
  return result;
}

plot latency_plot(const durations& lookups, const durations& walks) {
  plot result{"Latency", {"percentile"}, {"latency (ms)", true}, {}};
  const auto add = [&](const char* name, const durations& values,
                       bool is_reference) {
    plot_series line{name, {}, is_reference};
    for (const auto percentile : {1, 10, 25, 50, 75, 90, 95, 99, 100})
      line.points.push_back(
        {static_cast<double>(percentile),
         milliseconds(values.percentile(percentile / 100.0))});
    result.series.push_back(std::move(line));
  };
  add("lookups", lookups, false);
  add("bare walks (the floor)", walks, true);
  return result;
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

} // namespace

expected<void> run_lookup(scenario_run& run) {
  const auto peers = run.choose(run.options.peers, defaults::quick_lookup_peers,
                                defaults::lookup_peers);
  const auto lookups =
    run.choose(run.options.operations, defaults::quick_measured_lookups,
               defaults::measured_lookups);
  const auto concurrency =
    run.options.concurrency.value_or(defaults::lookup_concurrency);
  const auto strategy =
    run.options.routing.value_or(chord::routing_strategy::semi_recursive);
  run.data.parameters = {{"peers", peers},
                         {"lookups", lookups},
                         {"concurrency", concurrency},
                         {"routing", to_string(strategy)},
                         {"turns", defaults::lookup_turns},
                         {"seed", run.options.seed}};
  auto host = settled_host::make({peers, run.options.seed}, run);
  if (!host)
    return tl::unexpected{host.error()};
  actor_walk floor{(*host)->system(), peers, run.options.seed};
  durations latency;
  durations floor_latency;
  histogram hops;
  size_t failed = 0;
  std::vector<double> rates;
  std::vector<double> floor_rates;
  std::vector<double> ratios;
  const auto each_turn =
    std::max<size_t>(lookups / defaults::lookup_turns, size_t{1});
  for (size_t turn = 0; turn < defaults::lookup_turns; ++turn) {
    const auto found = run_lookups(run, **host, each_turn, concurrency);
    if (!found)
      return tl::unexpected{found.error()};
    run.steps.begin("walking over as many actors");
    const auto walked =
      floor.run(each_turn, concurrency, walks_like(found->hops));
    rates.push_back(rate(each_turn, found->elapsed));
    floor_rates.push_back(rate(each_turn, walked.elapsed));
    ratios.push_back(rates.back() / floor_rates.back());
    latency.add(found->latency);
    floor_latency.add(walked.latency);
    hops.add(found->hops);
    failed += found->failed;
  }
  run.data.results = {{"lookups_per_s", median_of(rates)},
                      {"latency", latency.to_json()},
                      {"hops", hops_json(hops)},
                      {"failed_lookups", failed},
                      {"floor_walks_per_s", median_of(floor_rates)},
                      {"floor_latency", floor_latency.to_json()},
                      {"ratio_to_floor", median_of(ratios)}};
  run.shown.plots.push_back(rates_plot(rates, floor_rates));
  run.shown.plots.push_back(latency_plot(latency, floor_latency));
  run.shown.plots.push_back(hops_plot(hops));
  run.steps.clear();
  run.out.section("Lookups among " + grouped_text(peers) + " peers, "
                  + grouped_text(concurrency)
                  + " under way at a time (medians of "
                  + std::to_string(defaults::lookup_turns) + " turns)");
  run.out.entry("lookups a second",
                grouped_text(static_cast<uint64_t>(median_of(rates))));
  run.out.entry("bare walks a second",
                grouped_text(static_cast<uint64_t>(median_of(floor_rates))));
  run.out.entry("ratio", fixed_text(median_of(ratios)));
  run.out.entry("hops", describe_hops(hops));
  run.out.entry("latency",
                fixed_text(milliseconds(latency.percentile(0.5)))
                  + " ms median, "
                  + fixed_text(milliseconds(latency.percentile(0.99)))
                  + " ms at the 99th percentile");
  return {};
}

} // namespace carillon
