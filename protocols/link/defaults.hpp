#pragma once

#include "protocols/time.hpp"

#include <cstddef>

/// Limits of what nodes say to each other over a link.
namespace carillon::link::defaults {

using namespace std::chrono_literals;

/// Largest message of a link.
inline constexpr size_t max_message = 64 * 1024;

/// How far apart the clocks of two nodes may be: half of the time that messages
/// are accepted for, so that the way they take is left.
inline constexpr duration max_clock_skew = 60s;

/// How long the hello of the other side may take.
inline constexpr duration hello_timeout = 10s;

/// Silence after which a side asks whether the other is still there.
inline constexpr duration heartbeat_interval = 2s;

/// Silence after which the link counts as broken: with the time that it takes
/// to close, below the 5 s after which a silent neighbour is given up.
inline constexpr duration idle_timeout = 4500ms;

/// Frames that were wrong after which a link is closed. A newer node may send
/// kinds that are not known here, so a few are put up with.
inline constexpr size_t max_problems = 16;

/// Peers in one list: successor lists reach further than usual where one node
/// runs many neighbouring peers.
inline constexpr size_t max_peers = 64;

/// Longest text of a refusal.
inline constexpr size_t max_detail = 512;

/// Longest text key of a record: a name, a domain and an index.
inline constexpr size_t max_key = 512;

/// Longest name of whom a message is delivered to.
inline constexpr size_t max_addressee = 64;

/// Longest trace id.
inline constexpr size_t max_trace = 64;

} // namespace carillon::link::defaults
