#include "bench/scenarios/churn.hpp"

#include "bench/defaults.hpp"
#include "bench/durations.hpp"
#include "bench/html/short_number.hpp"
#include "bench/rings/random_key.hpp"
#include "bench/run_points.hpp"
#include "bench/scenarios/simulated_ring.hpp"
#include "bench/simulation/lookup_probe.hpp"
#include "bench/simulation/population.hpp"
#include "bench/simulation/stored_records.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace carillon {

namespace {

using namespace std::chrono_literals;

/// What happens to the ring of one point.
struct churn_point {
  /// Peers come and go when there is one.
  std::optional<duration> mean_lifetime;
  /// Otherwise this share fails at the same moment.
  double failed_share = 0;
};

struct churn_plan {
  virtual_ring_settings settings;
  uint64_t seed = 0;
  size_t peers = 0;
  size_t users = 0;
  size_t lookups = 0;
  duration time{};
  lifetime_law law = lifetime_law::weibull;
};

struct churn_figures {
  lookup_tally lookups;
  size_t records = 0;
  size_t records_lost = 0;
  size_t joined = 0;
  size_t gone = 0;
  double messages_per_peer_s = 0;
  double record_messages_per_peer_s = 0;
};

void fail_at_once(virtual_ring& ring, double share, churn_figures& figures) {
  auto victims = ring.peers();
  std::ranges::shuffle(victims, ring.random);
  victims.resize(
    static_cast<size_t>(share * static_cast<double>(victims.size()) + 0.5));
  ring.crash(victims);
  figures.gone = victims.size();
}

expected<churn_figures> measure_point(const churn_plan& plan,
                                      const churn_point& point,
                                      point_progress& steps) {
  // Before the ring, whose requests refer to it.
  churn_figures result;
  agenda events;
  virtual_ring ring{plan.seed, plan.settings};
  ring.settle(plan.peers, true);
  const auto records = stored_records::make(ring, plan.users);
  if (!records)
    return tl::unexpected{records.error()};
  result.records = records->size();
  const auto begin = ring.now();
  const auto end = begin + plan.time;
  std::optional<population> coming_and_going;
  if (point.mean_lifetime)
    coming_and_going.emplace(
      ring, events, lifetimes{plan.law, *point.mean_lifetime}, end,
      population::observer{{},
                           [&](const chord::peer_ref&) { ++result.gone; },
                           [&](const chord::peer_ref&) {
                             ++result.joined;
                           }});
  else
    events.at(begin, [&] { fail_at_once(ring, point.failed_share, result); });
  for (size_t i = 0; i < plan.lookups; ++i) {
    const auto when = begin
      + (plan.time * static_cast<int64_t>(i))
        / static_cast<int64_t>(plan.lookups);
    events.at(when, [&] {
      probe_lookup(ring, ring.random_peer(joining_time),
                   random_key(ring.random), result.lookups);
    });
  }
  const auto go_on = [&] {
    steps.set(in_seconds(ring.now() - begin)
              / in_seconds(plan.time + defaults::settling_time));
    return !steps.is_interrupted();
  };
  const auto sent = ring.network->sent();
  const auto sent_about_records = ring.network->sent_about_records();
  if (!events.run(ring, end, go_on))
    return fail(errc::interrupted);
  const auto peer_seconds =
    static_cast<double>(plan.peers) * in_seconds(plan.time);
  result.messages_per_peer_s =
    static_cast<double>(ring.network->sent() - sent) / peer_seconds;
  result.record_messages_per_peer_s =
    static_cast<double>(ring.network->sent_about_records() - sent_about_records)
    / peer_seconds;
  if (!events.run(ring, end + defaults::settling_time, go_on))
    return fail(errc::interrupted);
  result.records_lost = records->count_lost(ring);
  return result;
}

std::vector<churn_point> churn_points(const scenario_run& run) {
  if (run.options.quick)
    return {{5min}, {std::nullopt, 0.25}};
  return {{60min},
          {20min},
          {5min},
          {std::nullopt, 0.1},
          {std::nullopt, 0.25},
          {std::nullopt, 0.5}};
}

std::string describe(const churn_point& point) {
  if (point.mean_lifetime)
    return "lifetimes of " + short_number(in_seconds(*point.mean_lifetime) / 60)
      + " min";
  return short_number(100 * point.failed_share) + " % fail at once";
}

nlohmann::json to_json(const churn_point& point, const churn_figures& found) {
  nlohmann::json result{
    {"lookups", found.lookups.asked},
    {"failed", found.lookups.failed()},
    {"wrong", found.lookups.wrong},
    {"mean_hops", found.lookups.hops.mean()},
    {"records", found.records},
    {"records_lost", found.records_lost},
    {"joined", found.joined},
    {"gone", found.gone},
    {"messages_per_peer_s", found.messages_per_peer_s},
    {"record_messages_per_peer_s", found.record_messages_per_peer_s}};
  if (point.mean_lifetime)
    result["mean_lifetime_s"] = in_seconds(*point.mean_lifetime);
  else
    result["failed_share"] = point.failed_share;
  return result;
}

plot point_plot(std::string title, std::string unit,
                const std::vector<churn_point>& points,
                const std::vector<churn_figures>& found,
                const std::function<double(const churn_figures&)>& value) {
  std::vector<std::string> names;
  plot_series bars{"measured"};
  for (size_t i = 0; i < points.size(); ++i) {
    names.push_back(points[i].mean_lifetime
                      ? short_number(in_seconds(*points[i].mean_lifetime) / 60)
                        + " min"
                      : short_number(100 * points[i].failed_share) + " % fail");
    bars.points.push_back({static_cast<double>(i), value(found[i])});
  }
  return {std::move(title),
          {"mean lifetime, or share that fails at once", false, names},
          {std::move(unit)},
          {std::move(bars)}};
}

void show(scenario_run& run, const std::vector<churn_point>& points,
          const std::vector<churn_figures>& found) {
  const auto percent = [](size_t part, size_t whole) {
    return whole == 0
      ? 0.0
      : 100 * static_cast<double>(part) / static_cast<double>(whole);
  };
  run.shown.plots = {
    point_plot("Lookups that failed or named a wrong peer", "lookups (%)",
               points, found,
               [&](const churn_figures& each) {
                 return percent(each.lookups.asked - each.lookups.succeeded,
                                each.lookups.asked);
               }),
    point_plot("Records lost", "records (%)", points, found,
               [&](const churn_figures& each) {
                 return percent(each.records_lost, each.records);
               }),
    point_plot(
      "Messages of a peer", "messages a second", points, found,
      [](const churn_figures& each) { return each.messages_per_peer_s; })};
  page_table table{"Points",
                   {"point", "lookups", "failed", "wrong", "records", "lost",
                    "messages a peer and second", "about records"},
                   {}};
  run.steps.clear();
  run.out.section("Lookups and records of a ring under churn");
  for (size_t i = 0; i < points.size(); ++i) {
    const auto& each = found[i];
    table.rows.push_back(
      {describe(points[i]), std::to_string(each.lookups.asked),
       std::to_string(each.lookups.failed()),
       std::to_string(each.lookups.wrong), std::to_string(each.records),
       std::to_string(each.records_lost), fixed_text(each.messages_per_peer_s),
       fixed_text(each.record_messages_per_peer_s)});
    run.out.entry(describe(points[i]),
                  std::to_string(each.lookups.failed()) + " failed and "
                    + std::to_string(each.lookups.wrong) + " wrong of "
                    + grouped_text(each.lookups.asked) + " lookups, "
                    + std::to_string(each.records_lost) + " of "
                    + grouped_text(each.records) + " records lost, "
                    + fixed_text(each.messages_per_peer_s)
                    + " messages a peer and s");
  }
  run.shown.tables.push_back(std::move(table));
}

} // namespace

expected<void> run_churn(scenario_run& run) {
  auto settings = simulated_settings(run);
  if (!settings)
    return tl::unexpected{settings.error()};
  churn_plan plan;
  plan.settings = std::move(*settings);
  plan.seed = run.options.seed;
  plan.peers = run.choose(run.options.peers, defaults::quick_churn_peers,
                          defaults::churn_peers);
  plan.users = run.choose(run.options.users, defaults::quick_churn_users,
                          defaults::churn_users);
  plan.lookups =
    run.choose(run.options.operations, defaults::quick_churn_lookups,
               defaults::churn_lookups);
  plan.time = run.choose(run.options.time, defaults::quick_churn_time,
                         defaults::churn_time);
  plan.law = run.options.lifetimes.value_or(plan.law);
  run.data.parameters = simulated_parameters(run, plan.settings);
  run.data.parameters.update({{"peers", plan.peers},
                              {"users", plan.users},
                              {"lookups", plan.lookups},
                              {"seconds", in_seconds(plan.time)},
                              {"lifetimes", to_string(plan.law)}});
  const auto points = churn_points(run);
  const auto found = run_points<churn_figures>(
    run, "running rings under churn", points,
    [&](const churn_point& point, point_progress& steps) {
      return measure_point(plan, point, steps);
    });
  if (!found)
    return tl::unexpected{found.error()};
  run.data.results = points_json(
    points, *found, [](const churn_point& point, const churn_figures& each) {
      return to_json(point, each);
    });
  show(run, points, *found);
  return {};
}

} // namespace carillon
