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

/// How long a node that asks to be let in may take with everything.
inline constexpr duration join_timeout = 10s;

/// Versions of a ring descriptor that a newcomer reads.
inline constexpr size_t max_descriptors = 64;

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

/// Tunnels of one link, whoever has asked for them.
inline constexpr size_t max_tunnels = 64;

/// Bytes of a tunnel that one side may send before the other has dealt with
/// them: with all tunnels of a link, half of what may wait to be written to it.
inline constexpr uint32_t tunnel_window = 32 * 1024;

/// Bytes that one frame carries through a tunnel.
inline constexpr size_t max_tunnel_data = 16 * 1024;

/// Longest address of a node in an announcement, which is "[IPv6]:port" at
/// most.
inline constexpr size_t max_announced_endpoint = 47;

} // namespace carillon::link::defaults
