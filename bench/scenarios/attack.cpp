#include "bench/scenarios/attack.hpp"

#include "bench/defaults.hpp"
#include "bench/durations.hpp"
#include "bench/html/short_number.hpp"
#include "bench/rings/random_key.hpp"
#include "bench/run_points.hpp"
#include "bench/scenarios/simulated_ring.hpp"
#include "bench/simulation/hostile_peers.hpp"
#include "bench/simulation/lookup_probe.hpp"
#include "bench/simulation/population.hpp"
#include "bench/simulation/virtual_phones.hpp"
#include "protocols/p2psip/replica_set.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace carillon {

namespace {

struct attack_point {
  double hostile_share = 0;
  std::string behaviour;
  bool defences = false;
};

struct attack_plan {
  virtual_ring_settings settings;
  uint64_t seed = 0;
  size_t peers = 0;
  size_t users = 0;
  size_t lookups = 0;
  size_t calls = 0;
  duration lead{};
  duration time{};
  lifetime_law law = lifetime_law::weibull;
  double expected_hostile_share = defaults::expected_hostile_share;
};

struct attack_figures {
  lookup_tally lookups;
  call_tally calls;
  double messages_per_lookup = 0;
};

/// One ring under attack.
class siege {
public:
  siege(const attack_plan& plan, const attack_point& point,
        point_progress& steps)
    : plan_(plan)
    , point_(point)
    , steps_(steps)
    , ring_(plan.seed, settings()) {}

  expected<attack_figures> run();

private:
  virtual_ring_settings settings();
  void choose_hostile();
  void plan_churn(timestamp end);
  const chord::peer_ref& honest_peer();
  template <class Action>
  void plan_load(size_t count, timestamp begin, const Action& action);
  bool advance(timestamp end);

  const attack_plan& plan_;
  const attack_point& point_;
  point_progress& steps_;
  // Before the ring, whose actors refer to them.
  attack_figures result_;
  agenda events_;
  phone_directory_ptr directory_ = std::make_shared<phone_directory>();
  virtual_ring ring_;
  virtual_phones phones_{directory_};
  std::shared_ptr<hostile_peers> hostile_;
  std::optional<population> coming_and_going_;
  timestamp began_;
};

virtual_ring_settings siege::settings() {
  auto result = plan_.settings;
  result.find_addressee = find_in(directory_);
  if (point_.defences) {
    result.expected_hostile_share = plan_.expected_hostile_share;
    result.replicas = std::max(
      result.replicas, p2psip::copies_among(plan_.expected_hostile_share));
  }
  return result;
}

expected<attack_figures> siege::run() {
  ring_.settle(plan_.peers, true);
  const auto behaviour = parse_behaviour(point_.behaviour);
  hostile_ = std::make_shared<hostile_peers>(ring_, behaviour);
  choose_hostile();
  ring_.network->intercept(hostile_);
  // Only who moves leaves something behind that can be replayed.
  const auto have_moved = (behaviour & parse_behaviour("replay")) != 0;
  if (auto ready = phones_.start(ring_, plan_.users, have_moved); !ready)
    return tl::unexpected{ready.error()};
  began_ = ring_.now();
  const auto lookups_begin = began_ + plan_.lead;
  const auto calls_begin = lookups_begin + plan_.time;
  const auto end = calls_begin + plan_.time;
  hostile_->begin();
  plan_churn(end);
  // The second half of the lead shows what refreshing routes costs.
  if (!advance(began_ + plan_.lead / 2))
    return fail(errc::interrupted);
  const auto sent_before = ring_.network->sent_for_lookups();
  if (!advance(lookups_begin))
    return fail(errc::interrupted);
  const auto sent_by_itself =
    static_cast<double>(ring_.network->sent_for_lookups() - sent_before);
  const auto sent_at_begin = ring_.network->sent_for_lookups();
  plan_load(plan_.lookups, lookups_begin, [this] {
    probe_lookup(
      ring_, honest_peer(), random_key(ring_.random), result_.lookups,
      [this](const chord::ring_id& id) { return hostile_->contains(id); });
  });
  if (!advance(calls_begin))
    return fail(errc::interrupted);
  const auto sent_meanwhile =
    static_cast<double>(ring_.network->sent_for_lookups() - sent_at_begin);
  const auto expected_meanwhile =
    sent_by_itself * in_seconds(plan_.time) / in_seconds(plan_.lead / 2);
  result_.messages_per_lookup =
    std::max(0.0, sent_meanwhile - expected_meanwhile)
    / static_cast<double>(plan_.lookups);
  plan_load(plan_.calls, calls_begin,
            [this] { phones_.call_somebody(result_.calls); });
  if (!advance(end + defaults::attack_end))
    return fail(errc::interrupted);
  return std::move(result_);
}

/// The bootstrap server and the phones are at honest peers.
void siege::choose_hostile() {
  auto candidates = ring_.peers();
  candidates.erase(candidates.begin(),
                   candidates.begin() + static_cast<long>(plan_.users + 1));
  std::ranges::shuffle(candidates, ring_.random);
  const auto wanted = static_cast<size_t>(std::llround(
    point_.hostile_share * static_cast<double>(ring_.peers().size())));
  candidates.resize(std::min(candidates.size(), wanted));
  for (const auto& peer : candidates)
    hostile_->add(peer);
}

/// Newcomers are hostile as often as others.
void siege::plan_churn(timestamp end) {
  population::observer watching;
  watching.may_go = [this](const chord::peer_ref& peer) {
    return !phones_.are_at(peer);
  };
  watching.on_gone = [this](const chord::peer_ref& peer) {
    hostile_->remove(peer.id);
  };
  watching.on_joined = [this](const chord::peer_ref& peer) {
    std::bernoulli_distribution is_hostile{point_.hostile_share};
    if (is_hostile(ring_.random))
      hostile_->add(peer);
  };
  coming_and_going_.emplace(ring_, events_,
                            lifetimes{plan_.law, defaults::attack_lifetime},
                            end, std::move(watching));
}

const chord::peer_ref& siege::honest_peer() {
  for (;;)
    if (const auto& peer = ring_.random_peer(joining_time);
        !hostile_->contains(peer.id))
      return peer;
}

template <class Action>
void siege::plan_load(size_t count, timestamp begin, const Action& action) {
  for (size_t i = 0; i < count; ++i)
    events_.at(begin
                 + plan_.time * static_cast<int64_t>(i)
                   / static_cast<int64_t>(count),
               action);
}

bool siege::advance(timestamp end) {
  const auto whole =
    in_seconds(plan_.lead + 2 * plan_.time + defaults::attack_end);
  return events_.run(ring_, end, [&] {
    steps_.set(in_seconds(ring_.now() - began_) / whole);
    return !steps_.is_interrupted();
  });
}

std::vector<attack_point> attack_points(const scenario_run& run) {
  const auto& options = run.options;
  std::vector<double> shares{0, 0.1, 0.25, 0.5};
  if (run.options.quick)
    shares = {0, 0.25};
  if (options.hostile_share)
    shares = {*options.hostile_share};
  std::vector<std::string> behaviours;
  for (const auto one : misdeeds)
    behaviours.emplace_back(to_string(one));
  behaviours.emplace_back("all");
  if (options.behaviour)
    behaviours = {*options.behaviour};
  std::vector<bool> defences{false, true};
  if (options.defences)
    defences = {*options.defences};
  std::vector<attack_point> result;
  for (const auto share : shares)
    for (const auto& behaviour : behaviours) {
      // Nobody is there to misbehave.
      if (share == 0 && behaviour != behaviours.back())
        continue;
      for (const bool with : defences)
        result.push_back({share, behaviour, with});
    }
  return result;
}

nlohmann::json to_json(const attack_point& point, const attack_figures& found) {
  return {{"hostile_share", point.hostile_share},
          {"behaviour", point.behaviour},
          {"defences", point.defences},
          {"lookups", found.lookups.asked},
          {"succeeded", found.lookups.succeeded},
          {"wrong", found.lookups.wrong},
          {"mean_hops", found.lookups.hops.mean()},
          {"calls", found.calls.called},
          {"redirected", found.calls.redirected},
          {"impersonated", found.calls.impersonated},
          {"messages_per_lookup", found.messages_per_lookup},
          {"call_setup", found.calls.setup.to_json()}};
}

double percent(size_t part, size_t whole) {
  return whole == 0
    ? 0
    : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

/// Draws how many of something succeeded over the shares of hostile peers: a
/// line for each behaviour, with and without defences.
template <class Value>
plot share_plot(std::string title, std::string unit,
                const std::vector<attack_point>& points,
                const std::vector<attack_figures>& found, bool defences,
                const Value& value) {
  plot result{std::move(title), {"hostile peers (%)"}, {std::move(unit)}, {}};
  const auto line_of = [&](const std::string& name) -> plot_series& {
    for (auto& line : result.series)
      if (line.name == name)
        return line;
    return result.series.emplace_back(plot_series{name});
  };
  for (size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    if (point.defences != defences)
      continue;
    if (point.hostile_share > 0) {
      line_of(point.behaviour)
        .points.push_back({100 * point.hostile_share, value(found[i])});
    } else {
      for (const auto& other : points)
        if (auto& line = line_of(other.behaviour); line.points.empty())
          line.points.push_back({0, value(found[i])});
    }
  }
  return result;
}

void show(scenario_run& run, const std::vector<attack_point>& points,
          const std::vector<attack_figures>& found) {
  const auto lookups = [](const attack_figures& each) {
    return percent(each.lookups.succeeded, each.lookups.asked);
  };
  const auto calls = [](const attack_figures& each) {
    return percent(each.calls.redirected, each.calls.called);
  };
  for (const bool with : {false, true}) {
    if (std::ranges::none_of(points, [&](const attack_point& point) {
          return point.defences == with;
        }))
      continue;
    const std::string how = with ? ", with defences" : ", without defences";
    run.shown.plots.push_back(share_plot("Lookups that named the owner" + how,
                                         "lookups (%)", points, found, with,
                                         lookups));
    run.shown.plots.push_back(share_plot("Calls that reached the callee" + how,
                                         "calls (%)", points, found, with,
                                         calls));
  }
  page_table table{"Points",
                   {"hostile (%)", "behaviour", "defences", "lookups (%)",
                    "wrong", "calls (%)", "impersonated", "messages a lookup",
                    "call setup, median (ms)"},
                   {}};
  run.steps.clear();
  run.out.section("Lookups and calls among hostile peers");
  for (size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    const auto& each = found[i];
    const auto setup = each.calls.redirected == 0
      ? std::string{"-"}
      : fixed_text(milliseconds(each.calls.setup.percentile(0.5)));
    table.rows.push_back(
      {short_number(100 * point.hostile_share), point.behaviour,
       point.defences ? "on" : "off", fixed_text(lookups(each)),
       std::to_string(each.lookups.wrong), fixed_text(calls(each)),
       std::to_string(each.calls.impersonated),
       fixed_text(each.messages_per_lookup), setup});
    run.out.entry(short_number(100 * point.hostile_share) + " % "
                    + point.behaviour + (point.defences ? ", defended" : ""),
                  fixed_text(lookups(each)) + " % of lookups, "
                    + std::to_string(each.lookups.wrong) + " wrong, "
                    + fixed_text(calls(each)) + " % of calls, "
                    + std::to_string(each.calls.impersonated)
                    + " impersonated, " + fixed_text(each.messages_per_lookup)
                    + " messages a lookup, " + setup + " ms");
  }
  run.shown.tables.push_back(std::move(table));
}

} // namespace

expected<void> run_attack(scenario_run& run) {
  auto settings = simulated_settings(run);
  if (!settings)
    return tl::unexpected{settings.error()};
  attack_plan plan;
  plan.settings = std::move(*settings);
  plan.seed = run.options.seed;
  plan.peers = run.choose(run.options.peers, defaults::quick_attack_peers,
                          defaults::attack_peers);
  plan.users = run.choose(run.options.users, defaults::quick_attack_users,
                          defaults::attack_users);
  plan.lookups =
    run.choose(run.options.operations, defaults::quick_attack_lookups,
               defaults::attack_lookups);
  plan.calls =
    std::max<size_t>(1, plan.lookups / defaults::lookups_for_each_call);
  plan.lead =
    run.options.quick ? defaults::quick_attack_lead : defaults::attack_lead;
  plan.time = run.choose(run.options.time, defaults::quick_attack_time,
                         defaults::attack_time);
  plan.law = run.options.lifetimes.value_or(plan.law);
  if (plan.users + 1 >= plan.peers)
    return fail(errc::malformed,
                "--users: a ring of " + std::to_string(plan.peers)
                  + " peers has phones at fewer of them");
  run.data.parameters = simulated_parameters(run, plan.settings);
  run.data.parameters.update(
    {{"peers", plan.peers},
     {"users", plan.users},
     {"lookups", plan.lookups},
     {"calls", plan.calls},
     {"seconds", in_seconds(plan.time)},
     {"lead_seconds", in_seconds(plan.lead)},
     {"mean_lifetime_s", in_seconds(defaults::attack_lifetime)},
     {"lifetimes", to_string(plan.law)},
     {"expected_hostile_share", plan.expected_hostile_share},
     {"replicas_defended", p2psip::copies_among(plan.expected_hostile_share)}});
  const auto points = attack_points(run);
  const auto found = run_points<attack_figures>(
    run, "running rings under attack", points,
    [&](const attack_point& point, point_progress& steps) {
      return siege{plan, point, steps}.run();
    });
  if (!found)
    return tl::unexpected{found.error()};
  run.data.results = points_json(
    points, *found, [](const attack_point& point, const attack_figures& each) {
      return to_json(point, each);
    });
  show(run, points, *found);
  return {};
}

} // namespace carillon
