#include "bench/rings/actor_walk.hpp"

#include "bench/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace carillon {

namespace {

struct walker_state {
  static constexpr const char* name = "walker";

  std::array<caf::actor, defaults::walker_neighbours> neighbours;
};

/// Draws the neighbour that a walk goes on with; each hop draws another.
constexpr uint64_t scatter(uint64_t walk, uint32_t left) noexcept {
  auto x = (walk + 1) * 0x9E3779B97F4A7C15u ^ left * 0xBF58476D1CE4E5B9u;
  x ^= x >> 31;
  return x;
}

caf::behavior walker(caf::stateful_actor<walker_state>* self, uint64_t salt) {
  return {
    [self](const std::vector<caf::actor>& neighbours) {
      std::ranges::copy(neighbours, self->state.neighbours.begin());
    },
    [self, salt](uint32_t left, uint64_t walk) -> caf::result<uint64_t> {
      if (left == 0)
        return walk;
      const auto next =
        scatter(walk ^ salt, left) % defaults::walker_neighbours;
      self->delegate(self->state.neighbours[next], left - 1, walk);
      return caf::delegated<uint64_t>{};
    },
  };
}

} // namespace

struct actor_walk::implementation {
  caf::actor_system& system;
  std::mt19937_64 random;
  std::vector<caf::actor> actors;
};

actor_walk::actor_walk(caf::actor_system& system, size_t actors, uint64_t seed)
  : data_(new implementation{system, std::mt19937_64{seed}, {}}) {
  auto& all = data_->actors;
  all.reserve(actors);
  for (size_t i = 0; i < actors; ++i)
    all.push_back(system.spawn(walker, data_->random()));
  for (const auto& each : all) {
    std::vector<caf::actor> neighbours;
    for (size_t i = 0; i < defaults::walker_neighbours; ++i)
      neighbours.push_back(all[data_->random() % all.size()]);
    caf::anon_send(each, std::move(neighbours));
  }
}

actor_walk::~actor_walk() {
  // They know each other in circles.
  for (const auto& each : data_->actors)
    caf::anon_send_exit(each, caf::exit_reason::kill);
}

closed_loop_result actor_walk::run(size_t walks, size_t concurrency,
                                   const std::vector<uint32_t>& hops) {
  auto& random = data_->random;
  const auto& all = data_->actors;
  const auto ask = [&](caf::event_based_actor* self, size_t walk) {
    return self->request(all[random() % all.size()], caf::infinite,
                         hops[walk % hops.size()], uint64_t{walk});
  };
  return run_closed_loop<uint64_t>(data_->system, walks, concurrency, ask,
                                   [](uint64_t) {});
}

} // namespace carillon
