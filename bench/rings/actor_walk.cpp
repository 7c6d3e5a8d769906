#include "bench/rings/actor_walk.hpp"

#include "bench/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace carillon {

namespace {

using clock_type = std::chrono::steady_clock;

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

caf::behavior walker(caf::stateful_actor<walker_state>* self) {
  return {
    [self](const std::vector<caf::actor>& neighbours) {
      std::ranges::copy(neighbours, self->state.neighbours.begin());
    },
    [self](uint32_t left, uint64_t walk, const caf::actor& origin) {
      if (left == 0) {
        self->send(origin, walk);
        return;
      }
      const auto& next =
        self->state
          .neighbours[scatter(walk, left) % defaults::walker_neighbours];
      self->send(next, left - 1, walk, origin);
    },
  };
}

/// Sends walks off and waits for them.
struct walk_driver_state {
  static constexpr const char* name = "walk_driver";

  std::vector<clock_type::time_point> begins;
  size_t ended = 0;
};

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
    all.push_back(system.spawn(walker));
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

actor_walk::figures actor_walk::run(size_t walks, size_t concurrency,
                                    const std::vector<uint32_t>& hops) {
  figures result;
  if (walks == 0)
    return result;
  caf::scoped_actor waiting{data_->system, true};
  const auto waiter = caf::actor_cast<caf::actor>(waiting);
  const auto begin = clock_type::now();
  const auto body =
    [&, waiter](caf::stateful_actor<walk_driver_state>* self) -> caf::behavior {
    const auto next = [&, self] {
      auto& begins = self->state.begins;
      if (begins.size() == walks)
        return;
      const auto walk = begins.size();
      begins.push_back(clock_type::now());
      self->send(data_->actors[data_->random() % data_->actors.size()],
                 hops[walk % hops.size()], uint64_t{walk}, caf::actor{self});
    };
    for (size_t i = 0; i < concurrency; ++i)
      next();
    return {[&, self, waiter, next](uint64_t walk) {
      result.latency.add(clock_type::now() - self->state.begins[walk]);
      next();
      if (++self->state.ended == walks) {
        self->send(waiter, caf::ok_atom_v);
        self->quit();
      }
    }};
  };
  data_->system.spawn(body);
  waiting->receive([](caf::ok_atom) {});
  result.elapsed = clock_type::now() - begin;
  return result;
}

} // namespace carillon
