#pragma once

#include "protocols/time.hpp"

#include <cstddef>

namespace carillon::defaults {

using namespace std::chrono_literals;

/// Granularity of the pacemaker.
constexpr duration tick_interval = 20ms;

/// Mean time between two refreshes of a finger table that changes.
constexpr duration finger_refresh_interval = 30s;

/// The longest mean time between two refreshes, which doubles while they change
/// nothing: an old table costs hops, and who does not answer is dropped anyway.
constexpr duration max_finger_refresh_interval = 16min;

/// Time between two looks for records that have expired.
constexpr duration expiry_interval = 60s;

/// Peers that a joining peer is told to try.
constexpr size_t join_contacts = 4;

/// The same where hostile peers are expected.
constexpr size_t guarded_join_contacts = 12;

/// Peers of other nodes that a node keeps handles of.
constexpr size_t foreign_peers = 16'384;

/// Time between two attempts to join.
constexpr duration join_retry_interval = 2s;

/// Of so many holders that are asked at once for a location, one need not have
/// answered when the newest is taken.
constexpr size_t missed_holders = 4;

/// Nodes whose holders have to say that a record does not exist, where there
/// are as many.
constexpr size_t absence_witnesses = 2;

/// Registrations that a bootstrap server has under way.
constexpr size_t pending_registrations = 4096;

/// Restarts of one peer within `restart_period` before it is given up.
constexpr size_t max_restarts = 5;

/// See `max_restarts`.
constexpr duration restart_period = 60s;

/// How long leaving peers may take to hand over their records.
constexpr duration leave_timeout = 5s;

// -- adapters -----------------------------------------------------------------

/// Time between two attempts to read who is registered.
constexpr duration load_retry_interval = 1s;

/// Adapters of one node.
constexpr size_t max_adapters = 65'536;

/// How long an adapter that has nothing to do lives on.
constexpr duration adapter_idle_time = 10min;

/// How long after that it is brought back for a moment, to renew the admission
/// if need be. Much shorter than the part of the lifetime that is left then.
constexpr duration renewal_check_interval = 24h;

/// Users without an adapter whose admissions are renewed.
constexpr size_t max_sleeping_users = 65'536;

/// SIP requests of one user that a node has under way: a tenth of all.
constexpr size_t requests_of_user = 1000;

/// How long nothing may be heard of the forwarded calls of a user before they
/// count as over.
constexpr duration call_silence = 12h;

/// Nodes that SIP messages can be sent to over links: those that were heard of
/// last.
constexpr size_t linked_nodes = 65'536;

/// Users without an adapter whose first REGISTER a node works on at the same
/// time: what two cores admit before the phones lose patience.
constexpr size_t newcomers = 1024;

/// SIP messages that wait while an adapter reads its keys and notes.
constexpr size_t early_messages = 64;

/// Calls that one adapter sets up at the same time, of each direction.
constexpr size_t pending_calls = 4096;

/// REGISTERs of one user that wait for the one under way.
constexpr size_t waiting_registers = 64;

/// How long one bootstrap server may take to answer.
constexpr duration bootstrap_timeout = 10s;

/// How long a peer of another process may take to tell about itself.
constexpr duration view_timeout = 2s;

/// How long the ring may take to give a callee's location and key.
constexpr duration ring_timeout = 12s;

/// How long the callee's adapter may take to answer.
constexpr duration answer_timeout = 6s;

/// INVITEs of one peer that a user's adapter reads keys for and that have not
/// proven to be true: those under way, and those within `doubt_period`.
constexpr size_t doubted_invites = 64;

/// How long an INVITE that was no good counts against the peer that sent it.
constexpr duration doubt_period = 60s;

/// Peers whose INVITEs are counted.
constexpr size_t doubted_peers = 1024;

/// Mean time between two comparisons of a holder with the holders of its
/// copies when nothing has changed; each takes half of it to one and a half.
constexpr duration anti_entropy_interval = 10min;

/// The longest that a holder which has records already waits after a change of
/// neighbours before it compares: nodes that start together must not all work
/// at the same moment.
constexpr duration sync_jitter = 1s;

/// How long a holder waits after its arc has changed before it hands on what is
/// not its own: a ring in motion would name the wrong owners.
constexpr duration handover_delay = 3s;

/// How long handing records on to one owner may take before the owner is looked
/// for anew.
constexpr duration handover_timeout = 30s;

/// Time between two comparisons that readers bring about.
constexpr duration noticed_sync_interval = 10s;

/// How long the first failure to repair a copy holds up the next attempt; each
/// further one doubles it.
constexpr duration repair_retry = 2s;

/// The longest that a failure to repair a copy holds up the next attempt.
constexpr duration max_repair_retry = 5min;

/// How long a phone may send an INVITE to the contacts it was redirected to
/// through the adapter.
constexpr duration redirect_memory = 32s;

/// Contacts that one user was redirected to lately.
constexpr size_t redirected_contacts = 4096;

/// Contacts of a callee that are passed on.
constexpr size_t max_contacts = 16;

/// How long a rebuilt key is used without being read again.
constexpr duration key_cache_lifetime = 5min;

/// Keys of others that one adapter remembers.
constexpr size_t cached_keys = 256;

/// Keys that one adapter pins of users that its user has called.
constexpr size_t max_pins = 16'384;

/// Keys that one adapter pins of users that have only called its user. The
/// oldest makes room.
constexpr size_t max_caller_pins = 4096;

/// Dialogs of one user that are forwarded. The oldest makes room.
constexpr size_t max_dialogs = 1024;

/// Contacts that the parties of one dialog may be reached at.
constexpr size_t max_dialog_places = 32;

/// The part of the lifetime of an admission or a ticket that is left when it
/// is renewed.
constexpr int renewal_part = 3;

/// How long the first failure to renew holds up the next attempt; each further
/// one doubles it.
constexpr duration renewal_retry = 1min;

/// The longest that a failure to renew holds up the next attempt.
constexpr duration max_renewal_retry = 1h;

/// Characters of a trace id; longer ones of others are not repeated.
constexpr size_t max_trace = 32;

/// Signature keys and checked signatures that one adapter remembers.
constexpr size_t adapter_verifier_entries = 64;

} // namespace carillon::defaults
