#pragma once

#include "bench/rings/closed_loop.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace carillon {

/// Actors that do nothing but hand on: a request walks over some of them, and
/// the last one answers whoever sent it. What that costs is the floor under a
/// lookup of as many hops among as many peers.
class actor_walk {
public:
  /// Spawns the actors; each knows some others.
  actor_walk(caf::actor_system& system, size_t actors, uint64_t seed);
  actor_walk(const actor_walk&) = delete;
  actor_walk& operator=(const actor_walk&) = delete;
  ~actor_walk();

  /// Has messages walk from random actors.
  /// @param hops how long the walks are, in turn; not empty.
  [[nodiscard]] closed_loop_result run(size_t walks, size_t concurrency,
                                       const std::vector<uint32_t>& hops);

private:
  struct implementation;

  std::unique_ptr<implementation> data_;
};

} // namespace carillon
