#include "bench/scenarios/containment.hpp"

#include "bench/defaults.hpp"
#include "bench/html/short_number.hpp"
#include "bench/run_points.hpp"
#include "bench/simulation/collusion.hpp"
#include "protocols/identity/defaults.hpp"

#include <string>
#include <utility>
#include <vector>

namespace carillon {

namespace {

std::vector<collusion> containment_points(const scenario_run& run) {
  const auto& options = run.options;
  std::vector<std::pair<uint8_t, uint8_t>> thresholds{
    {2, 4}, {4, 8}, {6, 10}, {9, 10}};
  if (options.k || options.n)
    thresholds = {{options.k.value_or(identity::defaults::k),
                   options.n.value_or(identity::defaults::n)}};
  std::vector<double> shares{0.05, 0.1, 0.25, 0.5};
  if (options.hostile_share)
    shares = {*options.hostile_share};
  std::vector<collusion> result;
  for (const auto& [k, n] : thresholds)
    for (const auto share : shares)
      for (const bool stolen : {false, true})
        result.push_back(
          {k, n, options.replicas.value_or(identity::defaults::replicas), share,
           stolen});
  return result;
}

double share_of(size_t part, const collusion_tally& found) {
  return static_cast<double>(part) / static_cast<double>(found.users);
}

std::string threshold_text(const collusion& point) {
  return std::to_string(point.k) + " of " + std::to_string(point.n);
}

/// Draws what was found over the shares of hostile holders, and the arithmetic
/// beside it.
template <class Measured, class Expected>
plot compare(std::string title, const std::vector<collusion>& points,
             const std::vector<collusion_tally>& found, bool stolen,
             const Measured& measured, const Expected& expected) {
  plot result{std::move(title), {"hostile holders (%)"}, {"users (%)"}, {}};
  const auto line_of = [&](const std::string& name,
                           bool is_reference) -> plot_series& {
    for (auto& line : result.series)
      if (line.name == name)
        return line;
    return result.series.emplace_back(plot_series{name, {}, is_reference});
  };
  for (size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    if (point.stolen_bootstrap != stolen)
      continue;
    const auto name = threshold_text(point);
    const auto x = 100 * point.hostile_share;
    line_of(name, false)
      .points.push_back({x, 100 * share_of(measured(found[i]), found[i])});
    line_of(name + ", computed", true)
      .points.push_back({x, 100 * expected(point)});
  }
  return result;
}

nlohmann::json to_json(const collusion& point, const collusion_tally& found) {
  return {{"k", point.k},
          {"n", point.n},
          {"hostile_share", point.hostile_share},
          {"stolen_bootstrap", point.stolen_bootstrap},
          {"users", found.users},
          {"impersonated", found.impersonated},
          {"unavailable", found.unavailable},
          {"expected_impersonated", expected_impersonated(point)},
          {"expected_unavailable", expected_unavailable(point)}};
}

void show(scenario_run& run, const std::vector<collusion>& points,
          const std::vector<collusion_tally>& found) {
  run.shown.plots = {
    compare(
      "Users impersonated with a stolen bootstrap key", points, found, true,
      [](const collusion_tally& each) { return each.impersonated; },
      expected_impersonated),
    compare(
      "Users cut off", points, found, false,
      [](const collusion_tally& each) { return each.unavailable; },
      expected_unavailable)};
  page_table table{"Points",
                   {"k of n", "hostile (%)", "bootstrap key",
                    "impersonated (%)", "computed (%)", "cut off (%)",
                    "computed (%)"},
                   {}};
  run.steps.clear();
  run.out.section("Users among colluding holders");
  for (size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    const auto& each = found[i];
    const auto impersonated =
      fixed_text(100 * share_of(each.impersonated, each));
    const auto unavailable = fixed_text(100 * share_of(each.unavailable, each));
    const auto expected = fixed_text(100 * expected_impersonated(point));
    const auto expected_off = fixed_text(100 * expected_unavailable(point));
    table.rows.push_back({threshold_text(point),
                          short_number(100 * point.hostile_share),
                          point.stolen_bootstrap ? "stolen" : "safe",
                          impersonated, expected, unavailable, expected_off});
    run.out.entry(threshold_text(point) + ", "
                    + short_number(100 * point.hostile_share) + " %"
                    + (point.stolen_bootstrap ? ", stolen" : ""),
                  impersonated + " % impersonated (" + expected + " computed), "
                    + unavailable + " % cut off (" + expected_off + ")");
  }
  run.shown.tables.push_back(std::move(table));
}

} // namespace

expected<void> run_containment(scenario_run& run) {
  const auto users =
    run.choose(run.options.users, defaults::quick_containment_users,
               defaults::containment_users);
  const auto points = containment_points(run);
  run.data.parameters = {{"users", users},
                         {"replicas", points.front().replicas},
                         {"seed", run.options.seed}};
  const auto found = run_points<collusion_tally>(
    run, "reading keys among colluding holders", points,
    [&](const collusion& point, const point_progress&) {
      return read_among_colluders(point, users, run.options.seed);
    });
  if (!found)
    return tl::unexpected{found.error()};
  run.data.results = points_json(
    points, *found, [](const collusion& point, const collusion_tally& each) {
      return to_json(point, each);
    });
  show(run, points, *found);
  return {};
}

} // namespace carillon
