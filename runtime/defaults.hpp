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

/// Peers of a settled ring that are spawned at the same time.
inline constexpr size_t settled_at_once = 1000;

/// Random bytes that seed the generator of an actor.
inline constexpr size_t seed_size = 32;

// -- revocation ---------------------------------------------------------------

/// Days until the next update of a revocation list.
inline constexpr unsigned revocation_days = 30;

/// Time between two looks at the file of the revocation lists.
inline constexpr duration revocation_interval = std::chrono::minutes{1};

/// Time between two warnings that a list is past its next update.
inline constexpr duration revocation_reminder = std::chrono::days{1};

// -- life of a node -----------------------------------------------------------

/// How often the first peer of a founder may fail to join through other nodes
/// before it founds the ring again.
inline constexpr uint32_t founder_patience = 3;

/// The same for other nodes: from and below, drawn by each.
inline constexpr uint32_t min_join_patience = 4;
inline constexpr uint32_t max_join_patience = 10;

/// How long peers may take to find their places in the ring at start.
inline constexpr duration join_timeout = std::chrono::seconds{30};

/// How long a bootstrap server looks for its ring at start before it takes
/// itself for the only node.
inline constexpr duration search_timeout = std::chrono::seconds{5};

/// How long ending in order may take before the process ends anyhow.
inline constexpr duration shutdown_timeout = std::chrono::seconds{9};

/// How long after the first signal to end another one counts as the same.
inline constexpr duration signal_grace = std::chrono::seconds{1};

// -- log ----------------------------------------------------------------------

/// Lines a second about messages that were refused.
inline constexpr uint32_t refusal_lines = 10;

/// Warnings a second of one subsystem.
inline constexpr uint32_t warning_lines = 100;

// -- what is remembered of registrations and calls
// ------------------------------

/// The latest registrations and calls whose steps are remembered.
inline constexpr size_t journal_stories = 1000;

/// The most steps of each.
inline constexpr size_t journal_steps = 64;

/// Characters of what is remembered about a step.
inline constexpr size_t journal_detail = 256;

/// The latest alarms about keys that are remembered.
inline constexpr size_t journal_alarms = 100;

// -- administration
// -------------------------------------------------------------

/// Bytes of the request line and the headers of a request.
inline constexpr uint32_t max_admin_head = 8 * 1024;

/// Bytes of the body of a request.
inline constexpr uint64_t max_admin_body = 4 * 1024;

/// The most connections.
inline constexpr size_t max_admin_connections = 64;

/// How long a connection may wait for its next request.
inline constexpr duration admin_idle_timeout = std::chrono::seconds{30};

/// How long a request may take from its first to its last byte, and an answer.
inline constexpr duration admin_request_timeout = std::chrono::seconds{5};

/// How long the actors of the node may take to say what is asked.
inline constexpr duration admin_answer_timeout = std::chrono::seconds{2};

/// The most bytes that are read and thrown away of what was refused, so that
/// the client gets to read why.
inline constexpr size_t max_admin_drain = 256 * 1024;

/// Lines a second about requests that were refused.
inline constexpr uint32_t admin_refusal_lines = 5;

/// Bytes of the shortest token.
inline constexpr size_t min_admin_token = 16;

/// Bytes of the largest file with a key for TLS.
inline constexpr size_t max_tls_key = 16 * 1024;

/// The most parameters of a request.
inline constexpr size_t max_admin_parameters = 8;

/// Peers that are listed unless more are asked for, and the most.
inline constexpr size_t admin_page = 100;
inline constexpr size_t max_admin_page = 1000;

/// How long `carillon ctl` waits for an answer.
inline constexpr duration ctl_timeout = std::chrono::seconds{10};

/// Bytes of the largest answer that `carillon ctl` takes.
inline constexpr uint64_t max_ctl_answer = 16 * 1024 * 1024;

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

// -- links --------------------------------------------------------------------

/// Bytes of all certificates that a node may show in TLS.
inline constexpr long max_tls_chain = 24 * 1024;

/// Links of one node.
inline constexpr size_t max_links = 4096;

/// Connections that wait for the hello of the other side.
inline constexpr size_t max_opening_links = 512;

/// Connections to other nodes that are being opened.
inline constexpr size_t max_dials = 64;

/// Messages for one link on their way to it.
inline constexpr size_t max_link_messages = 4096;

/// Bytes that wait to be written to one link.
inline constexpr size_t max_link_queue = 4 * 1024 * 1024;

/// Messages of one link that have been handed over and not been dealt with.
inline constexpr size_t max_link_messages_in_hand = 64;

/// The same of all links.
inline constexpr size_t max_link_credits = 2048;

/// Messages that wait for a link to one node to be opened.
inline constexpr size_t max_waiting_messages = 256;

/// Peers of a node that are blamed for what it sends, and peers of this node
/// that learn it.
inline constexpr uint32_t blamed_peers = 8;

/// Links that another node may ask this one for, in a second.
inline constexpr uint32_t call_backs_per_second = 2;

/// How long a node that was asked to open a link may take.
inline constexpr duration call_back_timeout = std::chrono::seconds{4};

/// Tunnels that another node may open in a second, or offer.
inline constexpr uint32_t tunnels_per_second = 16;

/// Tunnels between other nodes that a node carries.
inline constexpr size_t max_carried_tunnels = 1024;

/// How long a tunnel may carry nothing in one direction: links through tunnels
/// say something every few seconds.
inline constexpr duration tunnel_idle_time = std::chrono::seconds{30};

/// Nodes that are asked, one after the other, to carry a tunnel.
inline constexpr size_t max_relays_asked = 4;

/// Nodes that a node remembers how to reach.
inline constexpr size_t max_known_nodes = 16'384;

/// Time between two looks whether other nodes are known than those that were
/// written down for the next run.
inline constexpr duration remember_interval = std::chrono::seconds{1};

/// Nodes that are written down for the next run.
inline constexpr size_t max_remembered_nodes = 64;

/// How long the first failure to open a link holds up the next attempt; each
/// further one doubles it.
inline constexpr duration link_retry = std::chrono::seconds{1};

/// The longest that a failure to open a link holds up the next attempt.
inline constexpr duration max_link_retry = std::chrono::minutes{1};

/// Time between two looks whether a link should be opened or closed.
inline constexpr duration link_check_interval = std::chrono::milliseconds{500};

/// Time between two introductions of a peer of a linked node to the own ring.
inline constexpr duration introduction_interval = std::chrono::seconds{30};

/// How long a link that gives way to another is still read from.
inline constexpr duration link_grace = std::chrono::seconds{2};

/// How long a link that carries no messages stays.
inline constexpr duration link_idle_time = std::chrono::minutes{5};

/// Time between two looks whether the process is to end while it waits.
inline constexpr duration stop_check_interval = std::chrono::milliseconds{100};

// -- discovery ----------------------------------------------------------------

/// Where nodes announce themselves on the local network: a group of the local
/// scope (RFC 2365 section 6.1), and no router passes it on.
inline constexpr auto discovery_group = "239.255.74.80";
inline constexpr uint16_t discovery_port = 7482;
inline constexpr int discovery_hops = 1;

/// The longest time between two questions of a node that looks for its ring.
inline constexpr duration discovery_interval = std::chrono::seconds{5};

/// The longest time that an answer waits, so that not all come at once.
inline constexpr duration discovery_jitter = std::chrono::milliseconds{500};

/// Datagrams that are looked at in a second.
inline constexpr uint32_t announcements_per_second = 64;

/// Bytes of the largest datagram that is looked at.
inline constexpr size_t max_announcement = 512;

/// Nodes that were heard of and wait to be tried.
inline constexpr size_t max_discovered_nodes = 32;

/// Time between two attempts to connect to nodes that were heard of.
inline constexpr duration discovered_interval = std::chrono::seconds{1};

// -- admission ----------------------------------------------------------------

/// Virtual peers that a bootstrap server grants to one node.
inline constexpr uint32_t max_granted_peers = 256;

/// Largest file with the key of a cluster.
inline constexpr size_t max_cluster_secret_file = 1024;

/// How often CAF says something on a connection between members of a cluster.
inline constexpr duration cluster_heartbeat = std::chrono::seconds{1};

/// How long connecting to a member of the cluster, and each question to it, may
/// take.
inline constexpr duration cluster_connect_timeout = std::chrono::seconds{5};

/// Time between two attempts to connect to a member of the cluster.
inline constexpr duration cluster_retry = std::chrono::seconds{1};

/// How long a peer of the cluster may take to say whether it is in the ring.
inline constexpr duration cluster_question_timeout = std::chrono::seconds{1};

/// How long a message of a link may take to be dealt with on another member of
/// the cluster before the link goes on without knowing that.
inline constexpr duration cluster_relay_timeout = std::chrono::seconds{10};

/// Messages to peers of another member of the cluster that may be on their way
/// before more of them are dropped.
inline constexpr uint64_t max_messages_to_member = 4096;

/// How often in a row no peer of the cluster may be in a ring before one founds
/// it again.
inline constexpr uint32_t cluster_ring_questions = 2;

/// The open files that are kept for everything but stream connections: the
/// store, logs, listeners, links to other nodes.
inline constexpr size_t reserved_files = 512;

/// The largest share of hostile peers that a node can be made for: from half on
/// nobody can tell who is honest.
inline constexpr double max_expected_hostile_share = 0.5;

} // namespace carillon::defaults
