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

// -- bench --------------------------------------------------------------------

/// The domain of rings that are measured.
inline constexpr auto bench_domain = "example.org";

/// How often a scenario that waits looks whether it is asked to end.
inline constexpr duration bench_poll_interval = std::chrono::milliseconds{100};

/// Peers that are asked something at the same time.
inline constexpr size_t asked_at_once = 1000;

/// Lookups between two looks whether a scenario is asked to end.
inline constexpr size_t lookups_at_once = 100'000;

/// Lookups that are under way at a time.
inline constexpr size_t lookup_concurrency = 1000;

/// Rounds of each measurement of `bench paper-secp2psip`, as in the paper, and
/// of a quick run.
inline constexpr size_t paper_rounds = 100;
inline constexpr size_t quick_paper_rounds = 10;

/// Rings of `bench paper-secp2psip` for one case: in a few of a hundred small
/// ones the shares of a user lie on fewer than 9 nodes.
inline constexpr size_t paper_rings = 10;

/// Nodes of `bench store`, records that it stores and fetches, those of a quick
/// run, and operations under way at a time.
inline constexpr size_t store_peers = 50;
inline constexpr size_t stored = 10'000;
inline constexpr size_t quick_stored = 300;
inline constexpr size_t store_concurrency = 64;

/// Actors that each actor of a bare walk knows.
inline constexpr size_t walker_neighbours = 8;

/// What the command line accepts.
inline constexpr size_t max_bench_peers = 10'000'000;
inline constexpr size_t max_bench_operations = 1'000'000'000;
inline constexpr size_t max_bench_concurrency = 1'000'000;
inline constexpr size_t max_bench_users = 100'000;
inline constexpr double max_latency_ms = 10'000;
inline constexpr double max_loss = 0.9;
inline constexpr double min_bench_seconds = 0.001;
inline constexpr double max_bench_seconds = 30.0 * 24 * 3600;

/// Peers and lookups of `bench lookup`, and of a quick run.
inline constexpr size_t lookup_peers = 10'000;
inline constexpr size_t quick_lookup_peers = 1000;
inline constexpr size_t measured_lookups = 500'000;
inline constexpr size_t quick_measured_lookups = 20'000;

/// Turns of `bench lookup`: each measures lookups and walks, so that what else
/// the machine does meets both.
inline constexpr size_t lookup_turns = 5;

/// Peers of `bench overlay`, and of a quick run.
inline constexpr size_t overlay_peers = 100'000;
inline constexpr size_t quick_overlay_peers = 2000;

/// Lookups of `bench overlay`, and of a quick run.
inline constexpr size_t overlay_lookups = 100'000;
inline constexpr size_t quick_overlay_lookups = 5000;

/// How long `bench overlay` watches an idle ring, and a quick run does.
inline constexpr duration idle_time = std::chrono::seconds{60};
inline constexpr duration quick_idle_time = std::chrono::seconds{3};

// -- phones that load a node --------------------------------------------------

/// What the command line accepts, operations a second.
inline constexpr double min_load_rate = 0.01;
inline constexpr double max_load_rate = 1'000'000;
inline constexpr size_t max_ramp_steps = 1000;

/// Operations a second, users and the time of `bench register` and `bench
/// call`, and of quick runs.
inline constexpr double load_rate = 100;
inline constexpr size_t load_users = 100;
inline constexpr size_t quick_load_users = 20;
inline constexpr duration load_time = std::chrono::seconds{10};
inline constexpr duration quick_load_time = std::chrono::seconds{1};

/// How long they watch the node at rest, and quick runs do.
inline constexpr duration load_rest = std::chrono::seconds{3};
inline constexpr duration quick_load_rest = std::chrono::seconds{1};

/// New users that register a second: each has keys made and spread.
inline constexpr double admission_rate = 25;

/// Calls a second between users who never called each other: each has two keys
/// read.
inline constexpr double min_first_call_rate = 25;
inline constexpr double max_first_call_rate = 100;

/// Users that take their registrations back a second.
inline constexpr double withdrawal_rate = 100;

/// How long phones register for: the longest that nodes grant.
inline constexpr std::chrono::seconds load_registration{3600};

/// How long calls may go on before registrations end.
inline constexpr duration longest_call_load = std::chrono::minutes{50};

/// How long after it was meant to begin an operation without a final answer has
/// failed: longer than nodes take to give up, so that their 503 is seen.
inline constexpr duration load_patience = std::chrono::seconds{15};

/// How long after a load the last answer may come when the node keeps up with
/// it: a request may be lost once.
inline constexpr duration load_lag = std::chrono::seconds{1};

/// How long a target may take to answer at all.
inline constexpr duration load_probe_timeout = std::chrono::seconds{3};

/// Operations that are under way at most; more have failed.
inline constexpr size_t max_open_operations = 50'000;

/// Bytes that may wait in the socket of a load.
inline constexpr int load_socket_buffer = 4 << 20;

/// Turns of measuring what cryptography costs alone, of which the median
/// counts, and operations of each.
inline constexpr size_t floor_turns = 5;
inline constexpr size_t floor_rounds = 20;

/// How long a node that was loaded may take to end in order.
inline constexpr auto node_end_timeout = std::chrono::seconds{10};

// -- rings in virtual time ----------------------------------------------------

/// The steps in which virtual time goes on.
inline constexpr duration virtual_resolution = std::chrono::milliseconds{1};

/// How long messages take between nodes: from 10 to 30 ms.
inline constexpr duration latency_mean = std::chrono::milliseconds{20};
inline constexpr duration latency_jitter = std::chrono::milliseconds{10};

/// How long a ring is watched after what happened to it before it is looked
/// into.
inline constexpr duration settling_time = std::chrono::minutes{2};

/// Peers, users and lookups a point of `bench churn`, how long a point lasts,
/// and the same of a quick run.
inline constexpr size_t churn_peers = 1000;
inline constexpr size_t quick_churn_peers = 60;
inline constexpr size_t churn_users = 100;
inline constexpr size_t quick_churn_users = 5;
inline constexpr size_t churn_lookups = 10'000;
inline constexpr size_t quick_churn_lookups = 300;
inline constexpr duration churn_time = std::chrono::minutes{30};
inline constexpr duration quick_churn_time = std::chrono::minutes{2};

/// Peers of `bench restart`, its users, calls a second while the ring comes
/// back, how long they go on afterwards, and the same of a quick run.
inline constexpr size_t restart_peers = 1000;
inline constexpr size_t quick_restart_peers = 60;
inline constexpr size_t restart_users = 100;
inline constexpr size_t quick_restart_users = 6;
inline constexpr duration restart_call_interval = std::chrono::milliseconds{50};
inline constexpr duration restart_call_time = std::chrono::minutes{1};
inline constexpr duration quick_restart_call_time = std::chrono::seconds{10};

/// The share of hostile peers that rings with defences are made for.
inline constexpr double expected_hostile_share = 0.25;

/// The largest share of hostile peers of `bench attack`.
inline constexpr double max_hostile_share = 0.9;

/// Peers, users, lookups and calls a point of `bench attack`, and of a quick
/// run.
inline constexpr size_t attack_peers = 10'000;
inline constexpr size_t quick_attack_peers = 100;
inline constexpr size_t attack_users = 100;
inline constexpr size_t quick_attack_users = 6;
inline constexpr size_t attack_lookups = 10'000;
inline constexpr size_t quick_attack_lookups = 200;
inline constexpr size_t lookups_for_each_call = 10;

/// How long peers stay on average during an attack.
inline constexpr duration attack_lifetime = std::chrono::hours{1};

/// How long an attack lasts before lookups are counted, how long lookups and
/// then calls are counted, and the same of a quick run.
inline constexpr duration attack_lead = std::chrono::minutes{3};
inline constexpr duration attack_time = std::chrono::minutes{2};
inline constexpr duration quick_attack_lead = std::chrono::minutes{1};
inline constexpr duration quick_attack_time = std::chrono::minutes{1};

/// How long after the last call answers are waited for.
inline constexpr duration attack_end = std::chrono::seconds{40};

/// Users of each point of `bench containment`, and of a quick run.
inline constexpr size_t containment_users = 2000;
inline constexpr size_t quick_containment_users = 100;

/// How long a ring may take to be consistent again.
inline constexpr duration restart_patience = std::chrono::minutes{10};

/// How often a ring is looked into until it is.
inline constexpr duration restart_look_interval =
  std::chrono::milliseconds{500};

} // namespace carillon::defaults
