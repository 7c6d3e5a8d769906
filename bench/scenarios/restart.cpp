#include "bench/scenarios/restart.hpp"

#include "bench/defaults.hpp"
#include "bench/scenarios/simulated_ring.hpp"
#include "bench/simulation/agenda.hpp"
#include "bench/simulation/virtual_phones.hpp"

#include <string>

namespace carillon {

namespace {

struct restart_figures {
  duration consistent_after{};
  /// Until then.
  size_t messages = 0;
  /// From then on.
  call_tally calls_before;
  call_tally calls_after;
};

/// Has users call at fixed times until `end`.
void plan_calls(virtual_ring& ring, agenda& events, virtual_phones& phones,
                timestamp end, call_tally& into) {
  for (auto when = ring.now(); when < end;
       when += defaults::restart_call_interval)
    events.at(when, [&phones, &into] { phones.call_somebody(into); });
}

/// Restarts all peers, and calls users while they come back.
expected<restart_figures> measure_restart(scenario_run& run, size_t peers,
                                          size_t users,
                                          virtual_ring_settings settings) {
  // Before the ring, whose actors refer to it.
  restart_figures result;
  agenda events;
  const auto directory = std::make_shared<phone_directory>();
  settings.find_addressee = find_in(directory);
  virtual_ring ring{run.options.seed, std::move(settings)};
  run.steps.begin("starting peers and registering users");
  ring.settle(peers, true);
  virtual_phones phones{directory};
  if (auto started = phones.start(ring, users); !started)
    return tl::unexpected{started.error()};
  run.steps.begin("restarting all peers");
  const auto go_on = [&] {
    return !run.signals.requested();
  };
  phones.stop();
  ring.restart_all();
  phones.restart();
  const auto begin = ring.now();
  const auto sent = ring.network->sent();
  do {
    const auto end = ring.now() + defaults::restart_look_interval;
    plan_calls(ring, events, phones, end, result.calls_before);
    if (!events.run(ring, end, go_on))
      return fail(errc::interrupted);
    if (ring.now() > begin + defaults::restart_patience)
      return fail(errc::timeout, "the ring does not become consistent");
  } while (!is_settled(ring));
  result.consistent_after = ring.now() - begin;
  result.messages = ring.network->sent() - sent;
  const auto calling = run.options.quick ? defaults::quick_restart_call_time
                                         : defaults::restart_call_time;
  const auto end = ring.now() + calling;
  plan_calls(ring, events, phones, end, result.calls_after);
  // The last calls are to have an answer, too.
  if (!events.run(ring, end + calling, go_on))
    return fail(errc::interrupted);
  return result;
}

nlohmann::json to_json(const call_tally& calls) {
  return {{"calls", calls.called},
          {"redirected", calls.redirected},
          {"failed", calls.failed()},
          {"setup", calls.setup.to_json()}};
}

std::string describe(const call_tally& calls) {
  return grouped_text(calls.failed()) + " of " + grouped_text(calls.called)
    + " failed";
}

} // namespace

expected<void> run_restart(scenario_run& run) {
  auto settings = simulated_settings(run);
  if (!settings)
    return tl::unexpected{settings.error()};
  const auto peers = run.choose(
    run.options.peers, defaults::quick_restart_peers, defaults::restart_peers);
  const auto users = run.choose(
    run.options.users, defaults::quick_restart_users, defaults::restart_users);
  if (users >= peers)
    return fail(errc::malformed,
                "--users: a ring of " + std::to_string(peers)
                  + " peers has phones at fewer of them");
  run.data.parameters = simulated_parameters(run, *settings);
  run.data.parameters.update({{"peers", peers}, {"users", users}});
  const auto found = measure_restart(run, peers, users, std::move(*settings));
  if (!found)
    return tl::unexpected{found.error()};
  const auto after =
    std::chrono::duration<double>{found->consistent_after}.count();
  run.data.results = {
    {"consistent_after_s", after},
    {"messages", found->messages},
    {"failed_calls",
     found->calls_before.failed() + found->calls_after.failed()},
    {"calls_until_consistent", to_json(found->calls_before)},
    {"calls_afterwards", to_json(found->calls_after)}};
  run.shown.plots.push_back(
    {"Calls that failed",
     {"", false, {"until the ring was consistent", "after that"}},
     {"calls"},
     {{"failed",
       {{0, static_cast<double>(found->calls_before.failed())},
        {1, static_cast<double>(found->calls_after.failed())}}},
      {"all",
       {{0, static_cast<double>(found->calls_before.called)},
        {1, static_cast<double>(found->calls_after.called)}}}}});
  run.shown.tables.push_back(
    {"After the restart",
     {"what", "value", "unit"},
     {{"until all peers had the right neighbours", fixed_text(after), "s"},
      {"messages until then", grouped_text(found->messages), ""},
      {"calls until then", describe(found->calls_before), ""},
      {"calls after that", describe(found->calls_after), ""}}});
  run.steps.clear();
  run.out.section(grouped_text(peers) + " peers restarted at once");
  run.out.entry("consistent after", fixed_text(after) + " s");
  run.out.entry("messages until then", grouped_text(found->messages));
  run.out.entry("calls until then", describe(found->calls_before));
  run.out.entry("calls afterwards", describe(found->calls_after));
  return {};
}

} // namespace carillon
