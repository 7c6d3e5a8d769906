#include "bench/scenarios/simulated_ring.hpp"

#include "bench/defaults.hpp"
#include "protocols/chord/settled_ring.hpp"

#include <algorithm>

namespace carillon {

expected<virtual_ring_settings> simulated_settings(const scenario_run& run) {
  const auto& options = run.options;
  virtual_ring_settings result;
  result.k = options.k.value_or(result.k);
  result.n = options.n.value_or(result.n);
  if (result.k > result.n)
    return fail(errc::invalid_threshold,
                "k = " + std::to_string(result.k)
                  + ", n = " + std::to_string(result.n) + ": set --k and --n");
  result.replicas = options.replicas.value_or(result.replicas);
  const auto latency = options.latency.value_or(
    latency_range{defaults::latency_mean, defaults::latency_jitter});
  network_conditions network;
  network.loss = options.loss.value_or(0);
  network.shortest_delay = latency.mean - latency.jitter;
  network.longest_delay = latency.mean + latency.jitter;
  network.are_encoded = false;
  result.network = network;
  result.resolution = defaults::virtual_resolution;
  result.is_paced = options.real_time;
  result.found = [](identity::ring_settings& founding) {
    founding.location_lifetime = identity::defaults::ticket_lifetime;
  };
  return result;
}

nlohmann::json simulated_parameters(const scenario_run& run,
                                    const virtual_ring_settings& settings) {
  const auto& network = *settings.network;
  const auto to_ms = [](duration time) {
    return std::chrono::duration<double, std::milli>{time}.count();
  };
  return {
    {"k", settings.k},
    {"n", settings.n},
    {"replicas", settings.replicas},
    {"latency_ms", to_ms(network.shortest_delay + network.longest_delay) / 2},
    {"jitter_ms", to_ms(network.longest_delay - network.shortest_delay) / 2},
    {"loss", network.loss},
    {"time", settings.is_paced ? "real" : "virtual"},
    {"seed", run.options.seed}};
}

bool is_settled(virtual_ring& ring) {
  auto views = ring.views();
  if (views.size() != ring.peers().size())
    return false;
  auto sorted = ring.peers();
  std::ranges::sort(sorted, {}, &chord::peer_ref::id);
  std::ranges::sort(
    views, {}, [](const chord::member_view& view) { return view.self.id; });
  for (size_t i = 0; i < sorted.size(); ++i) {
    const auto wanted =
      chord::settled_place(sorted, i, chord::defaults::successors);
    if (views[i].self != wanted.self
        || views[i].predecessor != wanted.predecessor
        || views[i].successors != wanted.successors)
      return false;
  }
  return true;
}

} // namespace carillon
