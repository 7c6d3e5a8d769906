#pragma once

#include "actors/fwd.hpp"
#include "actors/key_vault.hpp"
#include "actors/node_ticket.hpp"
#include "actors/remote_codec.hpp"
#include "actors/sip_arrival.hpp"
#include "protocols/chord/finger_table.hpp"
#include "protocols/chord/invariant.hpp"
#include "protocols/chord/lookup_table.hpp"
#include "protocols/identity/answer.hpp"
#include "protocols/identity/location.hpp"
#include "protocols/identity/record.hpp"
#include "protocols/identity/share_reader.hpp"
#include "protocols/p2psip/messages.hpp"
#include "protocols/trust/evidence.hpp"
#include "storage/record_store.hpp"

#include <botan/rng.h>
#include <caf/allowed_unsafe_message_type.hpp>

#include <functional>
#include <memory>

namespace carillon {

/// What travels between two peers, wherever they live.
struct overlay_message {
  chord::peer_ref from;
  std::variant<chord::message, p2psip::message> body;
  /// What the message holds until it has been dealt with, wherever it came
  /// from: a link stops reading when too much of what it brought still waits.
  /// Null inside the process.
  std::shared_ptr<const void> credit;
};

/// A place in a ring that was computed from complete knowledge of it, so that
/// a million peers can start without a million joins.
struct ring_place {
  std::optional<chord::peer_ref> predecessor;
  chord::successor_list successors;
  /// Null when lookups have to fill the table.
  chord::finger_table_ptr fingers;
};

/// A record that is on disk.
struct stored_record {
  chord::peer_ref owner;
  /// Peers that have it on disk.
  size_t copies = 0;
};

/// A holder's verified answer.
struct fetched_record {
  /// The fingerprint of the node that signed the answer.
  identity::fingerprint node;
  /// The encoded record, not checked itself; nothing when the holder has none.
  std::optional<bytes> record;
};

/// How asking one holder ended.
struct fetch_outcome {
  /// Who was asked; nobody when the lookup failed or there is no such holder.
  std::optional<chord::peer_ref> holder;
  expected<fetched_record> result;
  /// Hops of the lookup that found the holder.
  uint16_t hops = 0;
};

/// What a peer knows about itself.
struct peer_view {
  chord::member_view neighbours;
  chord::ring_member::state state = chord::ring_member::state::outside;
  size_t fingers = 0;
};

/// A peer of the node, and what it says.
struct inspected_peer {
  chord::peer_ref self;
  /// Nothing while the peer is brought back, or was given up.
  std::optional<peer_view> view;
};

/// All peers of the node, in the order of their numbers.
using peers_report = std::shared_ptr<const std::vector<inspected_peer>>;

/// A record that was found good by itself.
using verified_record = expected<identity::record_info>;

/// An answer that was found good.
using opened_answer = expected<identity::verified_answer>;

/// Sealed bytes.
using sealed_bytes = expected<bytes>;

/// Work with a private key that would keep an actor from its messages for too
/// long. It is run once, on another thread.
using crypto_job = std::function<void(Botan::RandomNumberGenerator&)>;

/// Jobs are handed over, not copied.
using crypto_job_ptr = std::shared_ptr<const crypto_job>;

/// An answer of a holder and what it has to fit.
struct answer_check {
  bytes answer;
  identity::answer::nonce_type nonce{};
  std::string key;
};

/// How a write to the store ended.
using write_outcome = expected<void>;

/// Records as the store holds them.
using loaded_records = expected<std::vector<p2psip::shared_bytes>>;

/// What the node remembers under one key.
struct note {
  std::string key;
  bytes value;
};

/// Notes as the store holds them.
using loaded_notes = expected<std::vector<note>>;

/// Where a user was found to be.
struct location_reading {
  /// The location, verified by itself, which may be a tombstone; or
  /// `no_such_record` when two holders, where there are two, say so; or why
  /// the ring gave no answer.
  expected<identity::verified_location> found;
  /// Hops of the lookup.
  uint16_t hops = 0;
};

/// What reading a user's key gave.
struct key_reading {
  /// The key, or `no_such_record`, `not_enough_shares` or `disputed_key`, or
  /// why the shares do not fit together.
  expected<identity::rebuilt_bundle> bundle;
  /// What each holder did.
  std::vector<identity::share_reader::evidence> outcomes;
};

/// A new ticket of a node, or why there is none.
using ticket_outcome = expected<granted_ticket>;

/// What the ring tells about a user.
struct user_report {
  location_reading where;
  key_reading key;
};

/// A user's keys, or why there are none.
using credentials_outcome = expected<credentials_ptr>;

} // namespace carillon

// Inside one process messages are passed by reference and never serialized;
// what a cluster carries from one to another is in `actors/remote_codec.hpp`.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::ring_place)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::peers_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::user_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::verified_record)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::opened_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::sealed_bytes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::answer_check)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::crypto_job_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::write_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::storage::durability)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::loaded_records)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::loaded_notes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::location_reading)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::key_reading)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::ticket_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::credentials_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::sip_arrival)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::identity::address_of_record)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::bytes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::trust::opinion)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::identity::answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::identity::fingerprint)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::node_identity_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::peer_config)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::timestamp)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::chord::member_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::chord::finger_table_ptr)
