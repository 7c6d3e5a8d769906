#include "runtime/peer_host.hpp"

#include "actors/crypto_worker.hpp"
#include "actors/pacemaker.hpp"
#include "actors/record_writer.hpp"
#include "actors/shared_signatures.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "protocols/identity/defaults.hpp"
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

/// Sends a request for each item, and takes the answers when all are sent.
/// @returns whether all were answered.
template <class Items, class Ask, class Take>
bool await_all(const Items& items, const Ask& ask, const Take& take) {
  std::vector<decltype(ask(*items.begin()))> pending;
  for (const auto& item : items)
    pending.push_back(ask(item));
  size_t failed = 0;
  for (auto& answer : pending)
    answer.receive(take, [&](const caf::error&) { ++failed; });
  return failed == 0;
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
  shared->expected_hostile_share = given.expected_hostile_share;
  shared->directory = given.make_directory
    ? given.make_directory(system_)
    : std::make_shared<local_directory>();
  pacemaker_ = system_.spawn(pacemaker, shared->time, shared->alarms,
                             defaults::tick_interval);
  shared->writer =
    system_.spawn<caf::detached>(record_writer, std::move(given.store));
  const auto checked = std::make_shared<shared_signatures>(
    worker_count() * identity::defaults::cached_signatures);
  for (size_t i = 0; i < worker_count(); ++i)
    shared->workers.push_back(
      system_.spawn(crypto_worker,
                    crypto_worker_config{shared->time, shared->ring,
                                         make_seed(rng), checked}));
  shared->nonce_secret = make_seed(rng);
  context_ = std::move(shared);
  supervisor_ =
    system_.spawn(carillon::supervisor, supervisor_config{context_});
}

peer_host::~peer_host() {
  end_all();
}

expected<peer_actor> peer_host::add(const peer_config& wanted) {
  std::vector<peer_actor> result;
  return add_some({&wanted, 1}, result).map([&] { return result.front(); });
}

expected<std::vector<peer_actor>> peer_host::settle(
  chord::peer_list peers,
  const std::function<peer_config(const chord::peer_ref&)>& config_of,
  const std::function<bool(size_t)>& on_progress) {
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  std::vector<peer_actor> result;
  result.reserve(peers.size());
  peers_.reserve(peers_.size() + peers.size());
  // All of them first: messages to a peer that is not there would count as its
  // failure.
  while (result.size() < peers.size()) {
    const auto end =
      std::min(peers.size(), result.size() + defaults::settled_at_once);
    std::vector<peer_config> some;
    for (auto i = result.size(); i < end; ++i) {
      some.push_back(config_of(peers[i]));
      some.back().start = await_place{};
    }
    if (auto done = add_some(some, result); !done)
      return tl::unexpected{done.error()};
    if (on_progress && !on_progress(result.size()))
      return fail(errc::interrupted);
  }
  // Places at the pace at which they are taken: what piles up would look to
  // those who are there already like neighbours that do not answer.
  caf::scoped_actor self{system_, true};
  const auto look = [&](const peer_actor& peer) {
    return self->request(peer, caf::infinite, view_atom_v);
  };
  constexpr auto listed = chord::defaults::successors;
  for (size_t first = 0; first < peers.size();) {
    const auto end = std::min(peers.size(), first + defaults::settled_at_once);
    for (auto i = first; i < end; ++i) {
      auto place = chord::settled_place(peers, i, listed);
      // A copy, which takes no more room than it needs.
      const auto fingers = chord::settled_fingers(peers, i, listed);
      caf::anon_send(
        result[i],
        ring_place{std::move(place.predecessor), std::move(place.successors),
                   std::make_shared<const chord::finger_table>(fingers)});
    }
    if (!await_all(std::span{result}.subspan(first, end - first), look,
                   [](const peer_view&) {}))
      return fail(errc::unreachable, "a peer has ended before it had a place");
    first = end;
    if (on_progress && !on_progress(peers.size() + first))
      return fail(errc::interrupted);
  }
  return result;
}

/// Spawns peers at the same time, and waits until others can reach them.
expected<void> peer_host::add_some(std::span<const peer_config> wanted,
                                   std::vector<peer_actor>& handles) {
  caf::scoped_actor self{system_, true};
  const auto first = handles.size();
  const auto put = [&](const peer_config& config) {
    return self->request(supervisor_, caf::infinite, put_atom_v, config);
  };
  const auto spawned = await_all(wanted, put, [&](peer_actor& handle) {
    handles.push_back(std::move(handle));
  });
  const auto look = [&](const peer_actor& peer) {
    return self->request(peer, caf::infinite, view_atom_v);
  };
  const auto started = spawned
    && await_all(std::span{handles}.subspan(first), look,
                 [](const peer_view&) {});
  if (!started)
    return fail(errc::unreachable, "a peer could not be started");
  for (const auto& config : wanted)
    peers_.push_back(config.self);
  return {};
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
  const auto erase = [&](const chord::peer_ref& peer) {
    return self->request(supervisor_, caf::infinite, erase_atom_v, peer.id);
  };
  await_all(peers_, erase, [](left_atom) {});
  end(supervisor_);
  end(pacemaker_);
  end(context_->writer);
  for (const auto& worker : context_->workers)
    end(worker);
}

} // namespace carillon
