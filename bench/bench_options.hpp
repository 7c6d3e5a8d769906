#pragma once

#include "bench/load/rate_ramp.hpp"
#include "bench/simulation/lifetimes.hpp"
#include "protocols/chord/messages.hpp"
#include "protocols/time.hpp"
#include "runtime/endpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace carillon {

/// The options that a scenario may have besides those that all have.
enum class bench_option : uint32_t {
  peers = 1u << 0,
  replicas = 1u << 1,
  time = 1u << 2,
  operations = 1u << 3,
  concurrency = 1u << 4,
  routing = 1u << 5,
  /// --k and --n.
  threshold = 1u << 6,
  /// --latency-ms, --loss, --virtual-time and --real-time.
  network = 1u << 7,
  users = 1u << 8,
  lifetimes = 1u << 9,
  hostile_share = 1u << 10,
  /// --behaviour and --defences.
  attack = 1u << 11,
  /// --rate and --target.
  load = 1u << 12,
};

/// A set of options.
using bench_option_set = uint32_t;

[[nodiscard]] constexpr bench_option_set operator|(bench_option lhs,
                                                   bench_option rhs) noexcept {
  return static_cast<bench_option_set>(lhs)
    | static_cast<bench_option_set>(rhs);
}

[[nodiscard]] constexpr bench_option_set operator|(bench_option_set lhs,
                                                   bench_option rhs) noexcept {
  return lhs | static_cast<bench_option_set>(rhs);
}

[[nodiscard]] constexpr bool has(bench_option_set set,
                                 bench_option which) noexcept {
  return (set & static_cast<bench_option_set>(which)) != 0;
}

/// How long a message takes from node to node.
struct latency_range {
  duration mean{};
  /// The most that one takes less or more.
  duration jitter{};
};

/// What a run of a scenario is asked for. What is not given is up to the
/// scenario.
struct bench_options {
  /// Whether a small run is enough.
  bool quick = false;
  uint64_t seed = 1;
  std::optional<size_t> peers;
  std::optional<uint8_t> replicas;
  std::optional<size_t> operations;
  std::optional<size_t> concurrency;
  std::optional<duration> time;
  std::optional<chord::routing_strategy> routing;
  std::optional<uint8_t> k;
  std::optional<uint8_t> n;
  std::optional<latency_range> latency;
  std::optional<double> loss;
  /// Whether virtual time goes no faster than real time.
  bool real_time = false;
  std::optional<size_t> users;
  std::optional<lifetime_law> lifetimes;
  /// The share of hostile peers of an attack.
  std::optional<double> hostile_share;
  /// What hostile peers do, as `parse_behaviour` understands it.
  std::optional<std::string> behaviour;
  /// Whether there are defences.
  std::optional<bool> defences;
  /// Operations a second, one rate after the other.
  std::optional<rate_ramp> rate;
  /// The adapter of a running node to load, instead of one of its own.
  std::optional<endpoint> target;
  /// Takes the report; "-" is the stream for results.
  std::optional<std::string> json;
  /// Takes the page for people.
  std::optional<std::string> html;
  /// The command line, for the page.
  std::string command;
};

} // namespace carillon
