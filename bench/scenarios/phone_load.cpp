#include "bench/scenarios/phone_load.hpp"

#include "bench/defaults.hpp"
#include "bench/load/load_results.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

namespace {

using identity::security_mode;

struct load_plan {
  phone_operation what{};
  std::optional<endpoint> target;
  size_t users = 0;
  rate_ramp rate;
  duration time{};
  std::optional<size_t> operations;
  duration rest{};

  /// Tells whether all security modes and key caches are measured.
  [[nodiscard]] bool measures_all() const noexcept {
    return !target && rate.is_single();
  }

  [[nodiscard]] open_loop_schedule schedule(double per_second) const {
    return operations ? open_loop_schedule{per_second, *operations}
                      : open_loop_schedule::lasting(per_second, time);
  }
};

expected<load_plan> make_plan(const scenario_run& run, phone_operation what) {
  const auto& options = run.options;
  if (options.operations && options.time)
    return fail(errc::invalid_configuration,
                "--operations and --duration: give one of them, the rate gives "
                "the other");
  load_plan result;
  result.what = what;
  result.target = options.target;
  result.users =
    run.choose(options.users, defaults::quick_load_users, defaults::load_users);
  result.rate =
    options.rate.value_or(rate_ramp{defaults::load_rate, defaults::load_rate});
  result.time =
    run.choose(options.time, defaults::quick_load_time, defaults::load_time);
  result.operations = options.operations;
  result.rest = options.quick ? defaults::quick_load_rest : defaults::load_rest;
  std::chrono::nanoseconds all{};
  for (const auto rate : result.rate.rates())
    all += result.schedule(rate).length();
  if (what == phone_operation::call && all > defaults::longest_call_load)
    return fail(errc::invalid_configuration,
                "--duration, --operations: calls for more than 50 minutes, but "
                "registrations end after an hour");
  return result;
}

/// Registers all users for the first time.
expected<load_figures> register_all(load_session& session) {
  register_source source{session.phones(), defaults::load_registration};
  return session.prepare(
    "registering users",
    open_loop_schedule{defaults::admission_rate, session.phones().size()},
    source);
}

/// Has users call each other who never did, so that no key of theirs is kept,
/// and each pair of the warm calls among them.
expected<load_figures> call_first_time(load_session& session,
                                       const load_plan& plan) {
  call_source source{session.phones(), call_source::pairs::distinct};
  // Where the figures are not wanted nothing may fail.
  if (!plan.measures_all())
    return session.prepare(
      "calling for the first time",
      open_loop_schedule{defaults::min_first_call_rate, plan.users}, source);
  const auto rate = std::clamp(plan.rate.from, defaults::min_first_call_rate,
                               defaults::max_first_call_rate);
  const auto wanted = std::max(plan.schedule(rate).operations(), plan.users);
  const auto calls = std::min(wanted, call_source::distinct_pairs(plan.users));
  return session.measure("calling for the first time",
                         open_loop_schedule{rate, calls}, source);
}

expected<load_figures> measure_warm(load_session& session,
                                    const load_plan& plan, double per_second) {
  if (plan.what == phone_operation::registration) {
    register_source source{session.phones(), defaults::load_registration};
    return session.measure("registering again", plan.schedule(per_second),
                           source);
  }
  call_source source{session.phones(), call_source::pairs::same};
  return session.measure("calling", plan.schedule(per_second), source);
}

/// Measures one rate after the other, until the node does not keep up.
expected<std::vector<load_figures>> measure_steps(load_session& session,
                                                  const load_plan& plan) {
  std::vector<load_figures> result;
  for (const auto per_second : plan.rate.rates()) {
    auto step = measure_warm(session, plan, per_second);
    if (!step)
      return tl::unexpected{step.error()};
    result.push_back(std::move(*step));
    if (!result.back().keeps_up())
      break;
  }
  return result;
}

/// Leaves no phones behind on somebody's node.
expected<void> withdraw(load_session& session) {
  register_source source{session.phones(), std::chrono::seconds::zero()};
  return session
    .measure(
      "taking registrations back",
      open_loop_schedule{defaults::withdrawal_rate, session.phones().size()},
      source)
    .map([](const load_figures&) {});
}

/// Adds a load, with the cryptography of it.
expected<void> add_combination(load_results& results, crypto_floor& floor,
                               std::optional<security_mode> mode, bool is_cold,
                               load_figures figures) {
  const auto floor_us = floor.measure(
    results.what, mode.value_or(security_mode::protected_mode), is_cold);
  if (!floor_us)
    return tl::unexpected{floor_us.error()};
  results.combinations.push_back(
    {mode, is_cold, std::move(figures), *floor_us});
  return {};
}

/// Puts all loads on one node.
/// @param mode of a node of our own.
expected<void> measure_node(scenario_run& run, const load_plan& plan,
                            security_mode mode, load_results& results) {
  const auto started = load_session::start(run, plan.target, plan.users, mode);
  if (!started)
    return tl::unexpected{started.error()};
  auto& session = **started;
  auto floor = crypto_floor::make(session.phones());
  if (!floor)
    return tl::unexpected{floor.error()};
  const auto known_mode = plan.target ? std::nullopt : std::optional{mode};
  auto cold = register_all(session);
  if (!cold)
    return tl::unexpected{cold.error()};
  if (!results.idle_cpu_us) {
    const auto idle = session.rest(plan.rest);
    if (!idle)
      return tl::unexpected{idle.error()};
    results.idle_cpu_us = *idle;
  }
  if (plan.what == phone_operation::call)
    cold = call_first_time(session, plan);
  if (!cold)
    return tl::unexpected{cold.error()};
  auto steps = measure_steps(session, plan);
  if (!steps)
    return tl::unexpected{steps.error()};
  const auto* good = last_good_step(*steps);
  auto done = add_combination(results, *floor, known_mode, false,
                              good != nullptr ? *good : steps->front());
  if (done && plan.measures_all())
    done = add_combination(results, *floor, known_mode, true, std::move(*cold));
  if (done && plan.target)
    done = withdraw(session);
  if (results.steps.empty())
    results.steps = std::move(*steps);
  return done;
}

nlohmann::json describe(const scenario_run& run, const load_plan& plan) {
  nlohmann::json result{{"users", plan.users},
                        {"rates", plan.rate.rates()},
                        {"patience_s", in_seconds(defaults::load_patience)},
                        {"target", nullptr},
                        {"seed", run.options.seed}};
  if (plan.operations)
    result["operations"] = *plan.operations;
  else
    result["seconds"] = in_seconds(plan.time);
  if (plan.target)
    result["target"] = to_string(*plan.target);
  return result;
}

} // namespace

expected<void> run_phone_load(scenario_run& run, phone_operation what) {
  const auto plan = make_plan(run, what);
  if (!plan)
    return tl::unexpected{plan.error()};
  run.data.parameters = describe(run, *plan);
  load_results results;
  results.what = what;
  std::vector modes{security_mode::protected_mode};
  if (plan->measures_all())
    modes.push_back(security_mode::signed_mode);
  for (const auto mode : modes)
    if (auto done = measure_node(run, *plan, mode, results); !done)
      return done;
  run.steps.clear();
  run.data.results = to_json(results);
  show_load(run, results, plan->users);
  return {};
}

} // namespace carillon
