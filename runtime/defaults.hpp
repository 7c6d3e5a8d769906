#pragma once

#include "protocols/time.hpp"

#include <cstddef>
#include <cstdint>

/// Limits and timeouts of the process that no protocol sets.
namespace carillon::defaults {

/// Characters of a text in the log before it is cut off.
inline constexpr size_t max_log_text = 2048;

/// Bytes of the largest configuration file.
inline constexpr size_t max_config_size = 1024 * 1024;

/// The most parts of a key in a configuration file.
inline constexpr size_t max_key_depth = 16;

/// The most entries of a list in the configuration.
inline constexpr size_t max_config_list = 64;

/// The most users that a configuration may name.
inline constexpr size_t max_config_users = 10000;

/// Bytes of the largest file with a passphrase.
inline constexpr size_t max_passphrase_file = 1024;

/// Days that a new certificate of an authority, a node or a user is good.
inline constexpr unsigned ca_days = 3650;
inline constexpr unsigned certificate_days = 365;

/// The most days that a certificate may be asked for.
inline constexpr unsigned max_certificate_days = 36500;

// -- actors -------------------------------------------------------------------

/// Messages that an actor may handle before another one gets its turn.
inline constexpr size_t scheduler_throughput = 300;

/// How long an idle worker of the scheduler sleeps before it looks for work.
inline constexpr duration scheduler_pause = std::chrono::milliseconds{1};

/// Random bytes that seed the generator of an actor.
inline constexpr size_t seed_size = 32;

// -- life of a node -----------------------------------------------------------

/// How long peers may take to find their places in the ring at start.
inline constexpr duration join_timeout = std::chrono::seconds{30};

/// How long ending in order may take before the process ends anyhow.
inline constexpr duration shutdown_timeout = std::chrono::seconds{9};

/// How long after the first signal to end another one counts as the same.
inline constexpr duration signal_grace = std::chrono::seconds{1};

// -- log ----------------------------------------------------------------------

/// Lines a second about messages that were refused.
inline constexpr uint32_t refusal_lines = 10;

/// Warnings a second of one subsystem.
inline constexpr uint32_t warning_lines = 100;

// -- SIP edge -----------------------------------------------------------------

/// The largest datagram that is read, in bytes: what UDP can carry over IPv4
/// (RFC 3261 section 18.1.1 asks for all of it).
inline constexpr size_t max_datagram_size = 65535;

/// What the kernel is asked to hold of datagrams not yet read, in bytes.
inline constexpr int datagram_receive_buffer = 4 * 1024 * 1024;

/// What is read from a stream at once, in bytes.
inline constexpr size_t stream_read_size = 4096;

/// How long a message may take from its first to its last byte on a stream.
inline constexpr duration message_timeout = std::chrono::seconds{10};

/// How long a connection may be silent in both directions.
inline constexpr duration idle_timeout = std::chrono::minutes{10};

/// How long opening a connection may take.
inline constexpr duration connect_timeout = std::chrono::seconds{4};

/// How long a connection that is being closed may take for its last bytes.
inline constexpr duration close_timeout = std::chrono::seconds{2};

/// How long no connection is accepted after the process ran out of files.
inline constexpr duration accept_retry = std::chrono::milliseconds{100};

/// The most bytes that wait to be written to one connection.
inline constexpr size_t max_write_queue = 256 * 1024;

/// The most messages that have been handed over and are not finished.
inline constexpr size_t max_messages_in_flight = 10'000;

/// The most stream connections, whatever the open-file limit permits.
inline constexpr size_t max_connections = 65536;

/// One address other than loopback, or IPv6 network, may have this part of the
/// connections and of the messages in flight.
inline constexpr size_t address_part = 10;

/// What one address may have at least, where there is as much.
inline constexpr size_t min_address_share = 64;

/// The open files that are kept for everything but stream connections: the
/// store, logs, listeners, links to other nodes.
inline constexpr size_t reserved_files = 512;

} // namespace carillon::defaults
