#include "bench/scenarios/store.hpp"

#include "bench/buffered_store.hpp"
#include "bench/defaults.hpp"
#include "bench/demo/demo_ring.hpp"
#include "bench/process_usage.hpp"
#include "bench/quiet_log.hpp"
#include "bench/rings/closed_loop.hpp"
#include "bench/scratch_directory.hpp"
#include "bench/simulation/ring_user.hpp"
#include "storage/rocksdb_store.hpp"

#include <botan/chacha_rng.h>
#include <botan/system_rng.h>

#include <string>
#include <utility>
#include <vector>

namespace carillon {

namespace {

/// What one kind of operation costs.
struct operation_cost {
  double each_second = 0;
  double cpu_us = 0;
  durations latency;
  size_t failed = 0;
};

struct store_cost {
  operation_cost put;
  operation_cost get;
};

struct store_plan {
  size_t peers = 0;
  size_t operations = 0;
  size_t concurrency = 0;
  std::optional<uint8_t> replicas;
};

/// Runs operations and takes their wall and CPU time.
/// @param is_good tells whether an answer counts.
template <class Answer, class Ask, class Good>
operation_cost measure_operations(caf::actor_system& system,
                                  const store_plan& plan, const Ask& ask,
                                  const Good& is_good) {
  operation_cost result;
  const auto cpu = cpu_time();
  size_t good = 0;
  auto done =
    run_closed_loop<Answer>(system, plan.operations, plan.concurrency, ask,
                            [&](const Answer& got) { good += is_good(got); });
  const auto used = static_cast<double>((cpu_time() - cpu).count());
  const auto count = static_cast<double>(plan.operations);
  result.each_second = rate(plan.operations, done.elapsed);
  result.cpu_us = used / count;
  result.latency = std::move(done.latency);
  result.failed = plan.operations - good;
  return result;
}

expected<std::vector<ring_user>>
admit_users(scenario_run& run, const demo_ring& ring, size_t count,
            Botan::RandomNumberGenerator& rng) {
  run.steps.begin("admitting users", count);
  std::vector<ring_user> result;
  for (size_t i = 0; i < count; ++i) {
    if (auto go_on = run.check_interrupted(); !go_on)
      return tl::unexpected{go_on.error()};
    auto user = ring_user::admit(ring.context(), *ring.bootstrap_keys(),
                                 "user-" + std::to_string(i), rng);
    if (!user)
      return tl::unexpected{user.error()};
    result.push_back(std::move(*user));
    run.steps.set(i + 1);
  }
  return result;
}

/// Measures a ring whose peers share a store.
expected<store_cost> measure_store(scenario_run& run, const store_plan& plan,
                                   std::shared_ptr<storage::record_store> store,
                                   Botan::RandomNumberGenerator& rng) {
  demo_ring_config config;
  config.ring.domain = defaults::bench_domain;
  if (plan.replicas)
    config.ring.replicas = *plan.replicas;
  config.peers = plan.peers;
  config.seed = run.options.seed;
  config.sink = make_quiet_log();
  config.store = std::move(store);
  run.steps.begin("starting peers");
  const auto ring = demo_ring::make(config, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  const auto users = admit_users(run, **ring, plan.operations, rng);
  if (!users)
    return tl::unexpected{users.error()};
  std::vector<p2psip::shared_bytes> records;
  for (const auto& user : *users) {
    auto record =
      user.make_location((*ring)->context(), (*ring)->peers().front(), 1, rng);
    if (!record)
      return tl::unexpected{record.error()};
    records.push_back(std::move(*record));
  }
  auto& random = (*ring)->random();
  const auto any_peer = [&] {
    const auto& peers = (*ring)->peers();
    return (*ring)->handle(peers[random() % peers.size()]);
  };
  auto& system = (*ring)->host().system();
  store_cost result;
  run.steps.begin("storing records");
  result.put = measure_operations<put_outcome>(
    system, plan,
    [&](caf::event_based_actor* self, size_t i) {
      return self->request(any_peer(), caf::infinite, put_atom_v, records[i]);
    },
    [](const put_outcome& stored) { return stored.has_value(); });
  run.steps.begin("fetching records");
  result.get = measure_operations<fetch_outcome>(
    system, plan,
    [&](caf::event_based_actor* self, size_t i) {
      return self->request(any_peer(), caf::infinite, get_atom_v,
                           (*users)[i].location_key(), uint8_t{0});
    },
    [](const fetch_outcome& got) {
      return got.result && got.result->record.has_value();
    });
  return result;
}

nlohmann::json to_json(const store_cost& cost) {
  return {{"put_per_s", cost.put.each_second},
          {"get_per_s", cost.get.each_second},
          {"put_cpu_us", cost.put.cpu_us},
          {"get_cpu_us", cost.get.cpu_us},
          {"put_latency", cost.put.latency.to_json()},
          {"get_latency", cost.get.latency.to_json()},
          {"failed", cost.put.failed + cost.get.failed}};
}

std::string describe(const operation_cost& cost) {
  return grouped_text(static_cast<uint64_t>(cost.each_second)) + " a second, "
    + fixed_text(cost.cpu_us) + " us of CPU each, median "
    + fixed_text(milliseconds(cost.latency.percentile(0.5))) + " ms";
}

} // namespace

expected<void> run_store(scenario_run& run) {
  store_plan plan;
  plan.peers = run.options.peers.value_or(defaults::store_peers);
  plan.operations = run.choose(run.options.operations, defaults::quick_stored,
                               defaults::stored);
  plan.concurrency =
    run.options.concurrency.value_or(defaults::store_concurrency);
  plan.replicas = run.options.replicas;
  Botan::ChaCha_RNG rng{Botan::system_rng()};
  const auto directory = scratch_directory::make();
  if (!directory)
    return tl::unexpected{directory.error()};
  const auto measure = [&](const char* name,
                           bool with_sync) -> expected<store_cost> {
    auto store = storage::rocksdb_store::open(directory->path() / name);
    if (!store)
      return tl::unexpected{store.error()};
    std::shared_ptr<storage::record_store> used = std::move(*store);
    if (!with_sync)
      used = std::make_shared<buffered_store>(std::move(used));
    return measure_store(run, plan, std::move(used), rng);
  };
  const auto synced = measure("synced", true);
  if (!synced)
    return tl::unexpected{synced.error()};
  const auto buffered = measure("buffered", false);
  if (!buffered)
    return tl::unexpected{buffered.error()};
  run.data.parameters = {
    {"peers", plan.peers},
    {"replicas", plan.replicas.value_or(identity::defaults::replicas)},
    {"operations", plan.operations},
    {"concurrency", plan.concurrency},
    {"record", "location"},
    {"seed", run.options.seed}};
  run.data.results = to_json(*synced);
  run.data.results["without_sync"] = to_json(*buffered);
  plot rates{"Records a second",
             {"", false, {"put", "put, no sync", "get", "get, no sync"}},
             {"operations a second"},
             {{"measured",
               {{0, synced->put.each_second},
                {1, buffered->put.each_second},
                {2, synced->get.each_second},
                {3, buffered->get.each_second}}}}};
  plot cpu{"CPU of an operation",
           {"", false, {"put", "put, no sync", "get", "get, no sync"}},
           {"CPU (us)"},
           {{"measured",
             {{0, synced->put.cpu_us},
              {1, buffered->put.cpu_us},
              {2, synced->get.cpu_us},
              {3, buffered->get.cpu_us}}}}};
  run.shown.plots = {std::move(rates), std::move(cpu)};
  run.steps.clear();
  run.out.section("Location records in a ring of " + grouped_text(plan.peers)
                  + " nodes in one process");
  run.out.entry("put, on disk", describe(synced->put));
  run.out.entry("get", describe(synced->get));
  run.out.entry("put, without sync", describe(buffered->put));
  run.out.entry("get, without sync", describe(buffered->get));
  return {};
}

} // namespace carillon
