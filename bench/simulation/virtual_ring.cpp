#include "bench/simulation/virtual_ring.hpp"

#include "actors/crypto_worker.hpp"
#include "actors/pacemaker.hpp"
#include "actors/record_writer.hpp"
#include "actors/ticket_keeper.hpp"
#include "bench/simulation/seeded_rng.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "storage/memory_store.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <thread>

namespace carillon {

using namespace std::chrono_literals;

namespace {

/// Reads the clock of the scheduler.
class virtual_clock final : public clock {
public:
  explicit virtual_clock(caf::scheduler::test_coordinator& scheduler)
    : scheduler_(&scheduler) {}

  [[nodiscard]] timestamp now() const noexcept override {
    const auto& virtual_time = scheduler_->clock().current_time;
    return timestamp{
      std::chrono::duration_cast<duration>(virtual_time.time_since_epoch())};
  }

private:
  caf::scheduler::test_coordinator* scheduler_;
};

caf::actor_system_config& configure(caf::actor_system_config& config) {
  // An atom: a string would be ignored and leave real threads.
  config.set("scheduler.policy", caf::atom("testing"));
  return config;
}

caf::scheduler::test_coordinator& test_scheduler(caf::actor_system& system) {
  auto* result =
    dynamic_cast<caf::scheduler::test_coordinator*>(&system.scheduler());
  if (result == nullptr)
    throw std::runtime_error{"the scheduler is not deterministic"};
  // Timeouts at time zero would count as due.
  result->clock().current_time += std::chrono::hours{500'000};
  return *result;
}

/// Takes the value out of what fails only where the settings are wrong.
template <class T>
T must(expected<T> result) {
  if (!result)
    throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

identity::key_pair make_keys(Botan::RandomNumberGenerator& rng) {
  return must(
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng));
}

} // namespace

virtual_ring::virtual_ring(uint64_t seed, virtual_ring_settings how)
  : random(seed)
  , system(configure(config))
  , rng(make_seeded_rng(random))
  , bootstrap(make_keys(rng))
  , settings_(std::move(how))
  , scheduler_(test_scheduler(system)) {
  identity::ring_settings founding;
  founding.domain = "example.org";
  founding.k = settings_.k;
  founding.n = settings_.n;
  founding.replicas = settings_.replicas;
  founding.bootstrap_keys = {bootstrap.public_half().signature.spki()};
  if (settings_.found)
    settings_.found(founding);
  auto shared = std::make_shared<node_context>();
  shared->time = std::make_shared<virtual_clock>(scheduler_);
  shared->sink = settings_.sink;
  shared->ring = std::make_shared<const identity::ring_descriptor>(
    must(identity::ring_descriptor::found(founding, bootstrap, rng)));
  shared->revoked = settings_.revoked;
  shared->expected_hostile_share = settings_.expected_hostile_share;
  if (settings_.network)
    network =
      std::make_shared<simulated_network>(system, random, *settings_.network);
  shared->directory = std::make_shared<local_directory>();
  if (network)
    shared->directory = network;
  pacemaker_ = system.spawn(pacemaker, shared->time, shared->alarms,
                            defaults::tick_interval);
  if (!settings_.store)
    settings_.store = std::make_shared<storage::memory_store>();
  writer_ = system.spawn(record_writer, settings_.store);
  shared->writer =
    settings_.wrap_writer ? settings_.wrap_writer(system, writer_) : writer_;
  shared->workers.push_back(system.spawn(
    crypto_worker,
    crypto_worker_config{shared->time, shared->ring, draw_seed(random)}));
  shared->nonce_secret = draw_seed(random);
  context = shared;
  keeper = system.spawn(supervisor, supervisor_config{context});
  virtual_begin_ = now();
  real_begin_ = wall_clock::now();
}

virtual_ring::~virtual_ring() {
  const auto end = [](const auto& handle) {
    caf::anon_send_exit(handle, caf::exit_reason::kill);
  };
  end(keeper);
  run();
  for (const auto& peer : peers_) {
    if (const auto found = handle(peer))
      end(found);
  }
  run();
  for (const auto& renewing : ticket_keepers_)
    end(renewing);
  end(pacemaker_);
  end(context->writer);
  end(writer_);
  for (const auto& worker : context->workers)
    end(worker);
  if (network)
    network->end();
  run();
}

bytes virtual_ring::seed() {
  return draw_seed(random);
}

void virtual_ring::settle(size_t count, bool with_fingers) {
  chord::peer_list fresh;
  for (size_t i = 0; i < count; ++i)
    fresh.push_back(new_peer());
  for (const auto& self : fresh) {
    auto wanted = config_for(self);
    wanted.start = await_place{};
    ask<peer_actor>(keeper, put_atom_v, wanted);
  }
  std::ranges::sort(fresh, {}, &chord::peer_ref::id);
  for (const auto& self : fresh)
    members_.at(self.id).since = timestamp{};
  for (size_t i = 0; i < fresh.size(); ++i) {
    auto place = chord::settled_place(fresh, i, settings_.successors);
    chord::finger_table_ptr fingers;
    if (with_fingers)
      fingers = std::make_shared<const chord::finger_table>(
        chord::settled_fingers(fresh, i, settings_.successors));
    caf::anon_send(handle(fresh[i]),
                   ring_place{place.predecessor, place.successors, fingers});
  }
  run();
}

chord::peer_ref virtual_ring::join() {
  const auto self = new_peer();
  auto wanted = config_for(self);
  if (peers_.size() == 1)
    wanted.start = found_ring{};
  ask<peer_actor>(keeper, put_atom_v, wanted);
  run();
  return self;
}

void virtual_ring::crash(const chord::peer_ref& which) {
  crash(chord::peer_list{which});
}

void virtual_ring::crash(const chord::peer_list& victims) {
  for (const auto& which : victims) {
    const auto dead = handle(which);
    // Gone for the supervisor, too: as if its machine had lost power.
    context->directory->remove(which, dead);
    caf::anon_send_exit(dead, caf::exit_reason::user_shutdown);
    forget(which);
  }
  run();
}

void virtual_ring::restart_all(const peer_start& first) {
  const auto all = peers_;
  crash(all);
  for (const auto& which : all) {
    auto wanted = config_for(which);
    if (peers_.empty())
      wanted.start = first;
    add(which);
    ask<peer_actor>(keeper, put_atom_v, wanted);
  }
}

void virtual_ring::leave(const chord::peer_ref& which) {
  ask<left_atom>(handle(which), leave_atom_v);
  forget(which);
}

void virtual_ring::start_leaving(const chord::peer_ref& which) {
  caf::anon_send(handle(which), leave_atom_v);
  forget(which);
}

void virtual_ring::run() {
  auto& jobs = scheduler_.jobs;
  while (!jobs.empty()) {
    // Any order is possible on a real machine.
    std::swap(jobs.front(), jobs[random() % jobs.size()]);
    scheduler_.run_once();
  }
}

void virtual_ring::advance(duration time) {
  for (auto left = time; left > 0us; left -= settings_.resolution) {
    scheduler_.advance_time(std::min(left, settings_.resolution));
    run();
    if (settings_.is_paced)
      await_real_time();
  }
}

void virtual_ring::jump(duration time) {
  scheduler_.clock().current_time += time;
  advance(settings_.resolution);
}

void virtual_ring::await_real_time() const {
  std::this_thread::sleep_until(real_begin_ + (now() - virtual_begin_));
}

lookup_outcome virtual_ring::lookup(const chord::peer_ref& from,
                                    const chord::ring_id& key,
                                    chord::routing_strategy how) {
  chord::lookup_options options;
  options.strategy = how;
  return ask<lookup_outcome>(handle(from), lookup_atom_v, key, options);
}

std::vector<chord::member_view> virtual_ring::views() {
  std::vector<chord::member_view> result;
  for (const auto& peer : peers_) {
    const auto view = ask<peer_view>(handle(peer), view_atom_v);
    if (view.state == chord::ring_member::state::member)
      result.push_back(view.neighbours);
  }
  return result;
}

chord::peer_ref virtual_ring::owner_of(const chord::ring_id& key,
                                       duration age) const {
  const auto around = [&](auto position) {
    return position == members_.end() ? members_.begin() : position;
  };
  const auto nearest = around(members_.lower_bound(key));
  auto result = nearest;
  while (!is_older(result->first, age)) {
    result = around(std::next(result));
    if (result == nearest)
      break;
  }
  return result->second.peer;
}

const chord::peer_ref& virtual_ring::random_peer(duration age) {
  constexpr int attempts = 100;
  for (int i = 0; i < attempts; ++i)
    if (const auto& peer = random_peer(); is_older(peer.id, age))
      return peer;
  return random_peer();
}

void virtual_ring::add(const chord::peer_ref& peer) {
  peers_.push_back(peer);
  members_.insert_or_assign(peer.id, member{peer, now()});
}

bool virtual_ring::is_older(const chord::ring_id& id, duration age) const {
  return members_.at(id).since + age <= now();
}

chord::peer_ref virtual_ring::new_peer() {
  if (nodes_.empty() || next_index_ == settings_.peers_per_node) {
    auto keys = make_keys(rng);
    identity::ticket grant{keys.public_half().signature,
                           {},
                           settings_.peers_per_node,
                           now() - 1min,
                           now() - 1min
                             + context->ring->settings().ticket_lifetime};
    std::ranges::generate(grant.salt,
                          [&] { return static_cast<uint8_t>(random()); });
    const auto endpoint = settings_.endpoint_of
      ? settings_.endpoint_of(nodes_.size())
      : std::string{};
    nodes_.push_back(must(make_node_identity(std::move(keys), endpoint, grant,
                                             *context->ring, bootstrap, rng)));
    next_index_ = 0;
    ticket_keepers_.push_back(system.spawn(
      ticket_keeper,
      ticket_keeper_config{context, nodes_.back(),
                           own_tickets(context, nodes_.back(),
                                       {std::shared_ptr<void>{}, &bootstrap},
                                       draw_seed(random))}));
  }
  const auto result = must(make_peer_ref(*nodes_.back(), next_index_++));
  identities_.emplace(result.id, nodes_.back());
  add(result);
  return result;
}

peer_config virtual_ring::config_for(const chord::peer_ref& self) {
  peer_config result;
  result.node = context;
  result.identity = identities_.at(self.id);
  result.self = self;
  result.seed = random();
  result.ring.successors = settings_.successors;
  result.make_holder = settings_.make_holder;
  if (settings_.find_addressee)
    result.find_addressee = [this, self](const std::string& name) {
      return settings_.find_addressee(self, name);
    };
  return result;
}

} // namespace carillon
