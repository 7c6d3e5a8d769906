#include "runtime/peer_host.hpp"

#include "actors/crypto_worker.hpp"
#include "actors/pacemaker.hpp"
#include "actors/record_writer.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "runtime/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace carillon {

namespace {

caf::actor_system_config&
configure(caf::actor_system_config& config,
          const std::function<void(caf::actor_system_config&)>& further) {
  // Without a limit one busy actor can hold a worker for ever.
  config.set("scheduler.max-throughput", defaults::scheduler_throughput);
  // After each message CAF's workers nap 500 times for 50 us before they wait
  // for the next one to wake them: a third of a core for a node that does
  // nothing, and no message is noticed any sooner.
  config.set("work-stealing.moderate-poll-attempts", size_t{0});
  if (further)
    further(config);
  return config;
}

size_t worker_count() noexcept {
  return std::max(1u, std::thread::hardware_concurrency());
}

} // namespace

bytes make_seed(Botan::RandomNumberGenerator& rng) {
  bytes result(defaults::seed_size);
  rng.randomize(result.data(), result.size());
  return result;
}

peer_host::peer_host(peer_host_config given, Botan::RandomNumberGenerator& rng)
  : system_(configure(config_, given.configure)) {
  auto shared = std::make_shared<node_context>();
  shared->time = std::move(given.time);
  shared->sink = std::move(given.sink);
  shared->ring = std::move(given.ring);
  shared->revoked = std::move(given.revoked);
  shared->directory = given.make_directory
    ? given.make_directory(system_)
    : std::make_shared<local_directory>();
  shared->pacemaker =
    system_.spawn(pacemaker, shared->time, defaults::tick_interval);
  shared->writer =
    system_.spawn<caf::detached>(record_writer, std::move(given.store));
  for (size_t i = 0; i < worker_count(); ++i)
    shared->workers.push_back(system_.spawn(
      crypto_worker,
      crypto_worker_config{shared->time, shared->ring, make_seed(rng)}));
  shared->nonce_secret = make_seed(rng);
  context_ = std::move(shared);
  supervisor_ =
    system_.spawn(carillon::supervisor, supervisor_config{context_});
}

peer_host::~peer_host() {
  end_all();
}

expected<peer_actor> peer_host::add(const peer_config& wanted) {
  caf::scoped_actor self{system_, true};
  peer_actor result;
  self->request(supervisor_, caf::infinite, put_atom_v, wanted)
    .receive([&](peer_actor& handle) { result = std::move(handle); },
             [](const caf::error&) {});
  auto started = false;
  if (result)
    self->request(result, caf::infinite, view_atom_v)
      .receive([&](const peer_view&) { started = true; },
               [](const caf::error&) {});
  if (!started)
    return fail(errc::unreachable, "a peer could not be started");
  peers_.push_back(wanted.self);
  return result;
}

expected<std::vector<chord::member_view>>
peer_host::settle(std::vector<peer_config> wanted) {
  chord::peer_list all;
  // All of them first: messages to a peer that is not there would count as its
  // failure.
  for (auto& config : wanted) {
    config.start = await_place{};
    if (auto added = add(config); !added)
      return tl::unexpected{added.error()};
    all.push_back(config.self);
  }
  auto places =
    chord::settled_ring(std::move(all), chord::defaults::successors);
  for (const auto& place : places)
    caf::anon_send(context_->directory->resolve(place.self),
                   ring_place{place.predecessor, place.successors});
  return places;
}

expected<void>
peer_host::await_membership(const peer_actor& peer, duration longest,
                            const std::function<bool()>& is_over) {
  caf::scoped_actor self{system_, true};
  const auto end = context_->time->now() + longest;
  auto joined = false;
  while (!joined && context_->time->now() < end && !(is_over && is_over())) {
    self->request(peer, longest, view_atom_v)
      .receive(
        [&](const peer_view& view) {
          joined = view.state == chord::ring_member::state::member;
        },
        [](const caf::error&) {});
    if (!joined)
      std::this_thread::sleep_for(defaults::tick_interval);
  }
  if (!joined)
    return fail(errc::timeout, "a peer did not find its place in the ring");
  return {};
}

expected<void> peer_host::leave(duration longest) {
  caf::scoped_actor self{system_, true};
  expected<void> result =
    fail(errc::timeout, "peers did not hand over all of their records");
  self->request(supervisor_, longest, leave_atom_v)
    .receive([&](left_atom) { result = {}; }, [](const caf::error&) {});
  return result;
}

void peer_host::end_all() {
  caf::scoped_actor self{system_, true};
  const auto end = [&](const auto& handle) {
    self->send_exit(handle, caf::exit_reason::kill);
    self->wait_for(handle);
  };
  for (; !owned_.empty(); owned_.pop_back())
    end(owned_.back());
  for (const auto& peer : peers_)
    self->request(supervisor_, caf::infinite, erase_atom_v, peer.id)
      .receive([](left_atom) {}, [](const caf::error&) {});
  end(supervisor_);
  end(context_->pacemaker);
  end(context_->writer);
  for (const auto& worker : context_->workers)
    end(worker);
}

} // namespace carillon
