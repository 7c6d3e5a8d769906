#include "bench/scenarios/overlay.hpp"

#include "bench/defaults.hpp"
#include "bench/process_usage.hpp"
#include "bench/rings/lookup_load.hpp"
#include "bench/rings/settled_host.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace carillon {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

struct idle_cost {
  double messages_per_peer_s = 0;
  double cpu_us_per_peer_s = 0;
};

/// Lets the ring be for a while, and looks what it does by itself.
expected<idle_cost> measure_idling(scenario_run& run, settled_host& host,
                                   duration time) {
  const auto& messages = host.context().metrics->overlay_messages;
  const auto begin = std::chrono::steady_clock::now();
  const auto messages_before = messages.load();
  const auto cpu_before = cpu_time();
  run.steps.begin("watching the ring idle",
                  static_cast<size_t>(time / defaults::bench_poll_interval));
  for (size_t i = 0; std::chrono::steady_clock::now() - begin < time; ++i) {
    if (auto go_on = run.check_interrupted(); !go_on)
      return tl::unexpected{go_on.error()};
    std::this_thread::sleep_for(defaults::bench_poll_interval);
    run.steps.set(i);
  }
  const auto cpu = cpu_time() - cpu_before;
  const std::chrono::duration<double> elapsed =
    std::chrono::steady_clock::now() - begin;
  const auto peer_seconds =
    elapsed.count() * static_cast<double>(host.peers().size());
  return idle_cost{static_cast<double>(messages.load() - messages_before)
                     / peer_seconds,
                   static_cast<double>(cpu.count()) / peer_seconds};
}

} // namespace

expected<void> run_overlay(scenario_run& run) {
  const auto peers = run.choose(
    run.options.peers, defaults::quick_overlay_peers, defaults::overlay_peers);
  const auto lookups =
    run.choose(run.options.operations, defaults::quick_overlay_lookups,
               defaults::overlay_lookups);
  const auto concurrency =
    run.options.concurrency.value_or(defaults::lookup_concurrency);
  const auto idle_time = run.choose(run.options.time, defaults::quick_idle_time,
                                    defaults::idle_time);
  run.data.parameters = {
    {"peers", peers},
    {"lookups", lookups},
    {"concurrency", concurrency},
    {"idle_seconds", std::chrono::duration<double>{idle_time}.count()},
    {"seed", run.options.seed}};
  const auto bytes_before = resident_bytes();
  const auto begin = std::chrono::steady_clock::now();
  auto host = settled_host::make({peers, run.options.seed}, run);
  if (!host)
    return tl::unexpected{host.error()};
  const auto started = std::chrono::steady_clock::now() - begin;
  const auto grown = resident_bytes() - bytes_before;
  const auto found = run_lookups(run, **host, lookups, concurrency);
  if (!found)
    return tl::unexpected{found.error()};
  const auto idle = measure_idling(run, **host, idle_time);
  if (!idle)
    return tl::unexpected{idle.error()};
  const auto consistent = (*host)->settled_share(run);
  if (!consistent)
    return tl::unexpected{consistent.error()};
  const auto count = static_cast<double>(peers);
  const auto bytes_per_peer = static_cast<double>(grown) / count;
  const auto start_us =
    static_cast<double>(duration_cast<microseconds>(started).count()) / count;
  run.data.results = {
    {"peers", peers},
    {"bytes_per_peer", bytes_per_peer},
    {"start_us_per_peer", start_us},
    {"hops", hops_json(found->hops)},
    {"failed_lookups", found->failed},
    {"consistent", *consistent},
    {"idle_messages_per_peer_s", idle->messages_per_peer_s},
    {"idle_cpu_us_per_peer_s", idle->cpu_us_per_peer_s},
  };
  run.shown.plots.push_back(hops_plot(found->hops));
  run.shown.tables.push_back(
    {"What a peer costs",
     {"what", "value", "unit"},
     {{"resident memory", fixed_text(bytes_per_peer), "bytes"},
      {"start", fixed_text(start_us), "us"},
      {"messages, idle", fixed_text(idle->messages_per_peer_s), "each second"},
      {"CPU, idle", fixed_text(idle->cpu_us_per_peer_s), "us each second"},
      {"peers with the right neighbours", fixed_text(*consistent * 100),
       "%"}}});
  run.steps.clear();
  run.out.section(grouped_text(peers) + " peers of four actors in one process");
  run.out.entry("memory of a peer", fixed_text(bytes_per_peer / 1024) + " KiB");
  run.out.entry("start of a peer", fixed_text(start_us) + " us");
  run.out.entry("hops of a lookup", describe_hops(found->hops));
  run.out.entry("neighbours",
                fixed_text(*consistent * 100) + " % of peers as they must be");
  run.out.entry("idle, each peer and s",
                fixed_text(idle->messages_per_peer_s) + " messages, "
                  + fixed_text(idle->cpu_us_per_peer_s) + " us of CPU");
  return {};
}

} // namespace carillon
