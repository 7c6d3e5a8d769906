#include "bench/rings/settled_host.hpp"

#include "bench/defaults.hpp"
#include "bench/quiet_log.hpp"
#include "bench/rings/founded_ring.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "runtime/steady_clock.hpp"
#include "storage/memory_store.hpp"

#include <botan/auto_rng.h>
#include <caf/all.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace carillon {

namespace {

/// Asks all peers the same, some of them at a time.
/// @param take is given the position of a peer and its answer.
/// @returns `interrupted`.
template <class Answer, class Take, class... Ts>
expected<void>
ask_peers(caf::actor_system& system, const std::vector<peer_actor>& peers,
          const scenario_run& run, const Take& take, const Ts&... question) {
  caf::scoped_actor self{system, true};
  for (size_t first = 0; first < peers.size();) {
    const auto end = std::min(peers.size(), first + defaults::asked_at_once);
    std::vector<decltype(self->request(peers[0], caf::infinite, question...))>
      pending;
    for (auto i = first; i < end; ++i)
      pending.push_back(self->request(peers[i], caf::infinite, question...));
    for (auto& answer : pending)
      answer.receive([&](const Answer& value) { take(first++, value); },
                     [&](const caf::error&) { ++first; });
    run.steps.set(first);
    if (auto go_on = run.check_interrupted(); !go_on)
      return go_on;
  }
  return {};
}

} // namespace

expected<std::unique_ptr<settled_host>>
settled_host::make(const settled_host_config& config, const scenario_run& run) {
  Botan::AutoSeeded_RNG rng;
  identity::ring_settings settings;
  settings.domain = defaults::bench_domain;
  const auto ring = found_bench_ring(std::move(settings), rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  auto result = std::unique_ptr<settled_host>{new settled_host};
  peer_host_config wanted;
  wanted.time = std::make_shared<steady_clock>();
  wanted.sink = make_quiet_log();
  wanted.ring = ring->descriptor;
  wanted.store = std::make_shared<storage::memory_store>();
  result->host_ = std::make_unique<peer_host>(std::move(wanted), rng);
  const auto count = static_cast<uint32_t>(config.peers);
  const auto node =
    admit_node(*ring, count, result->context().time->now(), rng);
  if (!node)
    return tl::unexpected{node.error()};
  auto& peers = result->peers_;
  peers.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    auto peer = make_peer_ref(**node, i);
    if (!peer)
      return tl::unexpected{peer.error()};
    peers.push_back(std::move(*peer));
  }
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  std::mt19937_64 random{config.seed};
  const auto config_of = [&](const chord::peer_ref& self) {
    peer_config made;
    made.node = result->host_->context();
    made.identity = *node;
    made.self = self;
    made.seed = random();
    return made;
  };
  run.steps.begin("spawning and placing peers", 2 * peers.size());
  auto handles = result->host_->settle(peers, config_of, [&](size_t done) {
    run.steps.set(done);
    return !run.signals.requested();
  });
  if (!handles)
    return tl::unexpected{handles.error()};
  result->handles_ = std::move(*handles);
  if (auto done = result->spawn_evaluators(run); !done)
    return tl::unexpected{done.error()};
  return result;
}

expected<double> settled_host::settled_share(const scenario_run& run) {
  run.steps.begin("looking at the neighbours", peers_.size());
  size_t settled = 0;
  const auto asked = ask_peers<peer_view>(
    system(), handles_, run,
    [&](size_t i, const peer_view& view) {
      const auto wanted =
        chord::settled_place(peers_, i, chord::defaults::successors);
      if (view.neighbours.predecessor == wanted.predecessor
          && view.neighbours.successors == wanted.successors)
        ++settled;
    },
    view_atom_v);
  if (!asked)
    return tl::unexpected{asked.error()};
  return static_cast<double>(settled) / static_cast<double>(peers_.size());
}

/// Peers spawn them at first use; here all of them are to be there. Waits for
/// the places on the way, which come before.
expected<void> settled_host::spawn_evaluators(const scenario_run& run) {
  run.steps.begin("starting their evaluators", peers_.size());
  return ask_peers<trust::opinion>(
    system(), handles_, run, [](size_t, const trust::opinion&) {}, view_atom_v,
    chord::ring_id{});
}

} // namespace carillon
