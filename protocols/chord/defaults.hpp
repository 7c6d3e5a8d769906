#pragma once

#include "protocols/time.hpp"

#include <cstddef>
#include <cstdint>

namespace carillon::chord::defaults {

using namespace std::chrono_literals;

/// Entries of a successor list. Zave's proof needs the ring to keep one more
/// stable member than this.
constexpr size_t successors = 8;

/// Time between two rounds of stabilize while neighbours change.
constexpr duration stabilize_interval = 1s;

/// The longest time between two rounds, which doubles while nothing changes:
/// neighbours tell each other of changes, and who does not answer somebody is
/// looked after at once.
constexpr duration max_stabilize_interval = 16s;

/// Peers that one round asks whether they are the successor, each nearer than
/// the one before it.
constexpr size_t candidates_of_round = 4;

/// Peers of a wrong mind about their successor that one remembers.
constexpr size_t suitors = 32;

/// How long it remembers them: they notify again in each round.
constexpr duration suitor_memory = 5s;

/// Rounds without a change before the time between them grows.
constexpr uint32_t restless_rounds = 4;

/// How long a neighbour may take to answer before it is asked again.
constexpr duration neighbour_timeout = 500ms;

/// How often a neighbour is asked before it counts as failed.
constexpr size_t neighbour_attempts = 3;

/// How long a predecessor may stay silent before it is asked whether it is
/// alive. It notifies once in a round of stabilize.
constexpr duration predecessor_timeout = 40s;

/// How long one attempt of a lookup may take.
constexpr duration lookup_attempt_timeout = 1s;

/// How long one hop of an iterative lookup may take to answer.
constexpr duration lookup_hop_timeout = 300ms;

/// Ways in which a lookup is tried before it fails.
constexpr size_t lookup_attempts = 3;

/// Hops after which a lookup is dropped: far above what any settled ring
/// needs, and low enough that a routing loop dies quickly.
constexpr uint16_t hop_limit = 64;

/// Questions that a guarded lookup has open at a time once it is near the key;
/// on the way there it has one.
constexpr size_t guarded_parallel = 3;

/// What is near: so many mean gaps from the key, within which there are enough
/// witnesses and the owner even if half of all peers were of no use.
constexpr double guarded_near = 16;

/// Peers right before a key that have to tell a guarded lookup what they know.
constexpr size_t guarded_witnesses = 4;

/// As few of them are enough where nobody else answers in time.
constexpr size_t guarded_least_witnesses = 2;

/// Questions of one guarded lookup.
constexpr size_t guarded_questions = 60;

/// How long a guarded lookup may take.
constexpr duration guarded_timeout = 5s;

/// Candidates on each side of a key that a guarded lookup remembers.
constexpr size_t guarded_candidates = 32;

/// How much farther apart than is known of the ring the peers of a table may
/// be: hostile ones that name only each other are as far apart as they are
/// rare.
constexpr double largest_sparseness = 2;

/// Tables whose gaps between peers one remembers.
constexpr size_t remembered_gaps = 32;

/// As many of them tell how far apart peers are.
constexpr size_t least_gaps = 8;

/// By about this factor the densest of fewer tables is denser than the ring.
constexpr double densest_of_few = 1.4;

/// By at most this factor the second of as many or more is.
constexpr double densest_of_many = 1.6;

/// As many of whom a peer has named have to be of no use, and twice as many as
/// are, before it counts as one that misleads a lookup.
constexpr uint8_t misleading_least = 3;

/// The fewest entries of a table that tell how far apart peers are.
constexpr size_t least_entries = 6;

/// How long a peer is left alone that was silent or told what cannot be.
constexpr duration shunning = 10min;

/// Such peers that one remembers.
constexpr size_t shunned_peers = 256;

/// Silent peers that one lookup goes round before the attempt is given up.
constexpr size_t excluded_peers = 16;

/// Lookups that one peer may have under way.
constexpr size_t pending_lookups = 1024;

/// Peers that have fallen silent and are remembered, in case that they come
/// back in another ring.
constexpr size_t lost_peers = 16;

/// How long they are remembered.
constexpr duration lost_peer_memory = 24h;

/// Mean time between two questions to one of them; each takes half of it to one
/// and a half.
constexpr duration lost_probe_interval = 30s;

/// The longest time to the next question after one was answered.
constexpr duration lost_probe_pause_after_answer = 1s;

} // namespace carillon::chord::defaults
