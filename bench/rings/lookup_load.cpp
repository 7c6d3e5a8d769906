#include "bench/rings/lookup_load.hpp"

#include "bench/defaults.hpp"
#include "bench/rings/closed_loop.hpp"
#include "bench/rings/random_key.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

expected<lookup_figures> run_lookups(scenario_run& run, settled_host& host,
                                     size_t lookups, size_t concurrency) {
  lookup_figures result;
  std::mt19937_64 random{run.options.seed};
  const auto& peers = host.handles();
  chord::lookup_options how;
  if (run.options.routing)
    how.strategy = *run.options.routing;
  const auto ask = [&](caf::event_based_actor* self, size_t) {
    const auto& peer = peers[random() % peers.size()];
    return self->request(peer, caf::infinite, lookup_atom_v, random_key(random),
                         how);
  };
  const auto take = [&](const lookup_outcome& found) {
    if (found)
      result.hops.add(found->hops);
    else
      ++result.failed;
  };
  run.steps.begin("looking up keys", lookups);
  for (size_t done = 0; done < lookups;) {
    if (auto go_on = run.check_interrupted(); !go_on)
      return tl::unexpected{go_on.error()};
    const auto some = std::min(defaults::lookups_at_once, lookups - done);
    const auto part = run_closed_loop<lookup_outcome>(host.system(), some,
                                                      concurrency, ask, take);
    result.elapsed += part.elapsed;
    result.latency.add(part.latency);
    done += some;
    run.steps.set(done);
  }
  return result;
}

nlohmann::json hops_json(const histogram& hops) {
  return {
    {"mean", hops.mean()}, {"p99", hops.percentile(0.99)}, {"max", hops.max()}};
}

plot hops_plot(const histogram& hops) {
  plot result{"Hops of lookups", {"hops"}, {"share of lookups (%)"}, {}};
  plot_series line{"lookups"};
  for (const auto& [value, count] : hops.classes())
    line.points.push_back(
      {static_cast<double>(value),
       100 * static_cast<double>(count) / static_cast<double>(hops.count())});
  result.series.push_back(std::move(line));
  return result;
}

std::string describe_hops(const histogram& hops) {
  return fixed_text(hops.mean()) + " on average, "
    + std::to_string(hops.percentile(0.99)) + " at the 99th percentile, "
    + std::to_string(hops.max()) + " at most";
}

} // namespace carillon
