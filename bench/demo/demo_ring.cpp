#include "bench/demo/demo_ring.hpp"

#include "bench/defaults.hpp"
#include "bench/rings/founded_ring.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "protocols/p2psip/replica_set.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace carillon {

namespace {

/// Repeats a check until it holds.
/// @returns `timeout` with `what`.
template <class Check>
expected<void> await(Check check, const char* what) {
  const auto end = std::chrono::steady_clock::now() + defaults::demo_timeout;
  while (!check()) {
    if (std::chrono::steady_clock::now() >= end)
      return fail(errc::timeout, what);
    std::this_thread::sleep_for(defaults::demo_poll_interval);
  }
  return {};
}

} // namespace

expected<std::unique_ptr<demo_ring>>
demo_ring::make(const demo_ring_config& config,
                Botan::RandomNumberGenerator& rng) {
  auto result = std::unique_ptr<demo_ring>{new demo_ring};
  result->random_.seed(config.seed);
  auto founded = found_bench_ring(config.ring, rng);
  if (!founded)
    return tl::unexpected{founded.error()};
  result->bootstrap_ = founded->bootstrap;
  peer_host_config wanted;
  wanted.time = std::make_shared<steady_clock>();
  wanted.sink = config.sink;
  wanted.ring = founded->descriptor;
  wanted.store = config.store;
  result->host_ = std::make_unique<peer_host>(std::move(wanted), rng);
  if (auto done = result->make_nodes(config.peers, rng); !done)
    return tl::unexpected{done.error()};
  if (auto done = result->settle(); !done)
    return tl::unexpected{done.error()};
  if (auto done = result->await_places(); !done)
    return tl::unexpected{done.error()};
  return result;
}

peer_actor demo_ring::handle(const chord::peer_ref& peer) const {
  return context().directory->resolve(peer);
}

chord::peer_list demo_ring::holders_of(const chord::ring_id& key) const {
  const auto owner = std::ranges::min(
    peers_, {}, [&](const auto& peer) { return key.distance_to(peer.id); });
  chord::peer_list result{owner};
  const auto replicas = context().ring->settings().replicas;
  for (auto& peer :
       p2psip::replica_candidates(owner, place_of(owner).successors)) {
    if (result.size() < replicas)
      result.push_back(std::move(peer));
  }
  return result;
}

expected<void> demo_ring::replace_holder(const chord::peer_ref& which,
                                         share_holder_factory make_holder) {
  const auto former = handle(which);
  auto config = config_for(which);
  config.make_holder = std::move(make_holder);
  // It takes over before the former one ends, so that no neighbour notices.
  const auto fresh = host_->system().spawn(
    peer, std::make_shared<const peer_config>(std::move(config)));
  host_->own(fresh);
  if (auto entered = await([&] { return handle(which) == fresh; },
                           "a peer cannot be replaced");
      !entered)
    return entered;
  const auto place = place_of(which);
  caf::anon_send(fresh,
                 ring_place{place.predecessor, place.successors, nullptr});
  // To its supervisor an orderly end: it is not brought back.
  caf::anon_send_exit(former, caf::exit_reason::user_shutdown);
  return host_->await_membership(fresh, defaults::demo_timeout);
}

std::vector<chord::member_view> demo_ring::views() const {
  caf::scoped_actor self{host_->system(), true};
  std::vector<chord::member_view> result;
  for (const auto& peer : peers_)
    self->request(handle(peer), defaults::demo_timeout, view_atom_v)
      .receive(
        [&](peer_view& view) {
          if (view.state == chord::ring_member::state::member)
            result.push_back(std::move(view.neighbours));
        },
        [](const caf::error&) {});
  return result;
}

lookup_outcome demo_ring::lookup(const chord::peer_ref& from,
                                 const chord::ring_id& key) const {
  caf::scoped_actor self{host_->system(), true};
  lookup_outcome result = fail(errc::unreachable, "the peer has ended");
  self
    ->request(handle(from), caf::infinite, lookup_atom_v, key,
              chord::lookup_options{})
    .receive([&](lookup_outcome& found) { result = std::move(found); },
             [](const caf::error&) {});
  return result;
}

expected<void> demo_ring::make_nodes(size_t count,
                                     Botan::RandomNumberGenerator& rng) {
  const auto now = context().time->now();
  for (size_t i = 0; i < count; ++i) {
    auto node = admit_node({context().ring, bootstrap_}, 1, now, rng);
    if (!node)
      return tl::unexpected{node.error()};
    auto peer = make_peer_ref(**node, 0);
    if (!peer)
      return tl::unexpected{peer.error()};
    identities_.push_back(std::move(*node));
    addressees_.push_back(std::make_shared<addressee_directory>());
    peers_.push_back(std::move(*peer));
  }
  return {};
}

expected<void> demo_ring::settle() {
  places_ = chord::settled_ring(peers_, chord::defaults::successors);
  const auto config_of = [this](const chord::peer_ref& peer) {
    return config_for(peer);
  };
  return host_->settle(peers_, config_of).map([](const auto&) {});
}

/// Until all peers have taken their places lookups lead nowhere.
expected<void> demo_ring::await_places() const {
  caf::scoped_actor self{host_->system(), true};
  const auto is_placed = [&](const chord::peer_ref& peer) {
    auto result = false;
    self->request(handle(peer), defaults::demo_timeout, view_atom_v)
      .receive(
        [&](const peer_view& view) {
          result = view.state == chord::ring_member::state::member;
        },
        [](const caf::error&) {});
    return result;
  };
  return await([&] { return std::ranges::all_of(peers_, is_placed); },
               "the ring did not settle");
}

peer_config demo_ring::config_for(const chord::peer_ref& which) {
  const auto peer =
    static_cast<size_t>(std::ranges::find(peers_, which) - peers_.begin());
  peer_config result;
  result.node = host_->context();
  result.identity = identities_[peer];
  result.self = which;
  result.seed = random_();
  result.start = await_place{};
  result.find_addressee = [known =
                             addressees_[peer]](const std::string& addressee) {
    return known->find(addressee);
  };
  return result;
}

chord::member_view demo_ring::place_of(const chord::peer_ref& peer) const {
  return *std::ranges::find(places_, peer, &chord::member_view::self);
}

} // namespace carillon
