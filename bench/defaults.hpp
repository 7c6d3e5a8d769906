#pragma once

#include "protocols/time.hpp"

#include <cstddef>
#include <cstdint>

/// Sizes and timeouts of the scenarios.
namespace carillon::defaults {

/// Virtual peers of the demonstration.
inline constexpr size_t demo_peers = 64;

/// The smallest ring of the demonstration: every share of a key has a holder of
/// its own.
inline constexpr size_t min_demo_peers = 8;

/// The largest ring of the demonstration.
inline constexpr size_t max_demo_peers = 4096;

/// Seed of the demonstration.
inline constexpr uint64_t demo_seed = 1;

/// The domain of the demonstration.
inline constexpr auto demo_domain = "example.org";

/// Rounds of each measurement of the demonstration.
inline constexpr size_t demo_rounds = 50;

/// Lookups of random keys whose hops are counted.
inline constexpr size_t demo_lookups = 1000;

/// Cold reads after which liars that were not asked count as never asked. A
/// read asks k of n shares at random, so each misses a liar with probability
/// 1 - k/n.
inline constexpr size_t demo_reads = 200;

/// Calls that an attack must not be able to misdirect.
inline constexpr size_t demo_refusals = 10;

/// How long a part of the ring may take to be ready.
inline constexpr duration demo_timeout = std::chrono::seconds{30};

/// Time between two looks whether it is ready.
inline constexpr duration demo_poll_interval = std::chrono::milliseconds{10};

/// How often the live part looks whether it is asked to end.
inline constexpr duration demo_live_interval = std::chrono::milliseconds{200};

/// How long a phone waits for an answer.
inline constexpr duration phone_timeout = std::chrono::seconds{15};

/// Bytes of the largest message that a test phone takes.
inline constexpr size_t phone_buffer = 65535;

} // namespace carillon::defaults
