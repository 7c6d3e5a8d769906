#include "bench/load/load_session.hpp"

#include "bench/process_usage.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace carillon {

namespace {

double to_us(std::chrono::nanoseconds value) {
  return std::chrono::duration<double, std::micro>{value}.count();
}

} // namespace

expected<std::unique_ptr<load_session>>
load_session::start(scenario_run& run, const std::optional<endpoint>& target,
                    size_t users, identity::security_mode security) {
  std::unique_ptr<load_session> result{new load_session{run}};
  const auto check = [&run] {
    return run.check_interrupted();
  };
  if (!target) {
    run.steps.begin("starting a node");
    auto node = measured_node::start(security, check);
    if (!node)
      return tl::unexpected{node.error()};
    result->node_ = std::move(*node);
  }
  const auto& where = target ? *target : result->node_->adapter();
  auto load = udp_load::open(where, defaults::load_patience);
  if (!load)
    return tl::unexpected{load.error()};
  result->load_ = std::move(*load);
  // An adapter takes the address that it listens at for its domain.
  const auto domain = target ? to_string(where) : defaults::bench_domain;
  const auto prefix = "load-" + std::to_string(run.options.seed) + "-";
  result->phones_.emplace(prefix, users, domain, result->load_->address());
  run.steps.begin("looking for the node");
  if (auto found = result->load_->probe(result->phones_->make_options(),
                                        defaults::load_probe_timeout, check);
      !found)
    return tl::unexpected{found.error()};
  return result;
}

expected<load_figures> load_session::measure(std::string what,
                                             const open_loop_schedule& schedule,
                                             load_source& source) {
  run_->steps.begin(std::move(what), schedule.operations());
  const auto node_cpu = [&] {
    return node_ ? node_->cpu_time() : std::chrono::nanoseconds{};
  };
  const auto node_before = node_cpu();
  const auto own_before = cpu_time();
  auto account = load_->run(schedule, source,
                            {[this] { return check_node(); },
                             [this](size_t begun) {
                               run_->steps.set(begun);
                             }});
  if (!account)
    return tl::unexpected{account.error()};
  const auto operations = static_cast<double>(schedule.operations());
  load_figures result{schedule, std::move(*account), {}, 0};
  if (node_)
    result.cpu_us = to_us(node_cpu() - node_before) / operations;
  result.generator_cpu_us = to_us(cpu_time() - own_before) / operations;
  if (auto running = check_node(); !running)
    return tl::unexpected{running.error()};
  return result;
}

expected<load_figures> load_session::prepare(std::string what,
                                             const open_loop_schedule& schedule,
                                             load_source& source) {
  auto result = measure(what, schedule, source);
  if (result && result->account.failed() > 0)
    return fail(errc::unreachable,
                what + ": " + std::to_string(result->account.failed()) + " of "
                  + std::to_string(result->account.offered()) + " have failed ("
                  + describe_failures(result->account) + ")");
  return result;
}

expected<std::optional<double>> load_session::rest(duration time) {
  if (!node_)
    return std::nullopt;
  run_->steps.begin("watching the node at rest");
  const auto began = std::chrono::steady_clock::now();
  const auto before = node_->cpu_time();
  const auto elapsed = [began] {
    return std::chrono::steady_clock::now() - began;
  };
  while (elapsed() < time) {
    if (auto go_on = check_node(); !go_on)
      return tl::unexpected{go_on.error()};
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(
      defaults::bench_poll_interval, time - elapsed()));
  }
  return to_us(node_->cpu_time() - before) / in_seconds(elapsed());
}

expected<void> load_session::check_node() {
  if (auto go_on = run_->check_interrupted(); !go_on)
    return go_on;
  if (node_)
    return node_->check_running();
  return {};
}

std::string describe_failures(const load_account& account) {
  std::string result;
  for (const auto& [kind, count] : account.kinds())
    result +=
      (result.empty() ? "" : ", ") + std::to_string(count) + " x " + kind;
  return result;
}

} // namespace carillon
