#pragma once

#include "protocols/time.hpp"

#include <cstddef>
#include <cstdint>

/// Limits and times of a cluster.
namespace carillon::cluster::defaults {

using namespace std::chrono_literals;

/// How often the leader tells the others that it is there.
inline constexpr duration beat_interval = 250ms;

/// Silence of the leader after which a member stands for election; each one
/// draws its own time in between, so that few stand at once.
inline constexpr duration min_election_timeout = 1s;
inline constexpr duration max_election_timeout = 2s;

/// How long a member may run its peers after a majority has heard of it.
inline constexpr duration lease = 4s;

/// How long a member may take to stop its peers once it must not run them.
inline constexpr duration stop_allowance = 1s;

/// Silence of a member after which the others run its peers.
inline constexpr duration failover = 5s;

// A member has stopped its peers before anybody else starts them.
static_assert(lease + stop_allowance <= failover);

// The peers outlive a change of the leader.
static_assert(max_election_timeout + 4 * beat_interval < lease);

/// How often a member that wants in or out says so.
inline constexpr duration request_interval = 1s;

/// How long a member that leaves waits for the others to let it go.
inline constexpr duration leave_timeout = 3s;

/// How long somebody who wants in is remembered.
inline constexpr duration request_lifetime = 3s;

/// Members of a cluster.
inline constexpr size_t max_members = 64;

/// Peers of a cluster.
inline constexpr size_t max_seats = 1024;

/// Members that wait to be let in.
inline constexpr size_t max_joining = 16;

/// Rounds of beats that wait for the answers of a majority.
inline constexpr size_t max_rounds = 64;

/// Longest name and endpoint of a member.
inline constexpr size_t max_text = 256;

/// Largest message between members, and largest state of one.
inline constexpr size_t max_message = 128 * 1024;

} // namespace carillon::cluster::defaults
