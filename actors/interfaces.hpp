#pragma once

#include "actors/atoms.hpp"
#include "actors/messages.hpp"

#include <caf/typed_actor.hpp>

namespace carillon {

/// Anything that the pacemaker ticks.
using ticked_actor = caf::typed_actor<
  // Something that the actor asked a tick for is due.
  caf::reacts_to<tick_atom>>;

/// Signs and verifies for others.
using crypto_worker_actor = caf::typed_actor<
  // Checks a record by itself.
  caf::replies_to<check_atom, p2psip::shared_bytes>::with<verified_record>,
  // Checks a record that was stored before and may have expired since.
  caf::replies_to<load_atom, p2psip::shared_bytes>::with<verified_record>,
  // Checks a holder's answer.
  caf::replies_to<check_atom, answer_check>::with<opened_answer>,
  // Signs an answer with a node's key.
  caf::replies_to<seal_atom, identity::answer,
                  node_identity_ptr>::with<sealed_bytes>,
  // Runs a job, and answers when it is done.
  caf::replies_to<seal_atom, crypto_job_ptr>::with<void>>;

/// Writes to the store, many requests at once, and answers when the store has
/// acknowledged them.
using record_writer_actor = ticked_actor::extend<
  // Writes a record under its key for a peer and syncs it.
  caf::replies_to<put_atom, chord::ring_id, std::string,
                  p2psip::shared_bytes>::with<write_outcome>,
  // Removes a peer's record; a loss of this is harmless.
  caf::reacts_to<erase_atom, chord::ring_id, std::string>,
  // Reads all records of a peer.
  caf::replies_to<load_atom, chord::ring_id>::with<loaded_records>,
  // Writes what the node itself must remember.
  caf::replies_to<put_atom, std::string, bytes,
                  storage::durability>::with<write_outcome>,
  // Forgets what the node remembered; a loss of this is harmless.
  caf::reacts_to<erase_atom, std::string>,
  // Reads what the node remembers under keys that begin like this.
  caf::replies_to<load_atom, std::string>::with<loaded_notes>>;

/// Keeps one peer's finger table.
using finger_manager_actor = ticked_actor::extend<
  // Tells who the neighbours are now.
  caf::reacts_to<chord::member_view>,
  // Begins with a table that was computed from complete knowledge of the ring.
  caf::reacts_to<fingers_atom, chord::finger_table_ptr>,
  // A peer does not answer.
  caf::reacts_to<failed_atom, chord::ring_id>>;

/// Keeps the records of one peer's arc and copies of others', and asks the
/// holders of other arcs.
using share_holder_actor = ticked_actor::extend<
  // Takes a message of another peer about records.
  caf::reacts_to<overlay_message>,
  // Tells who the neighbours are now.
  caf::reacts_to<chord::member_view>,
  // Stores a record and its copies in the ring.
  caf::replies_to<put_atom, p2psip::shared_bytes>::with<put_outcome>,
  // Asks the holder with that rank for a key: 0 is the owner.
  caf::replies_to<get_atom, std::string, uint8_t>::with<fetch_outcome>,
  // Tells a holder that it has an older record under a key than another one,
  // or none.
  caf::reacts_to<repair_atom, chord::peer_ref, std::string>,
  // Hands all records of the arc to the successor.
  caf::replies_to<leave_atom>::with<left_atom>>;

/// A user's adapter or a service that peers deliver messages to.
using delivery_actor = caf::typed_actor<
  // Takes a message that came from that peer.
  caf::reacts_to<deliver_atom, chord::peer_ref, p2psip::delivery>>;

/// Holds one peer's opinions about others.
using trust_evaluator_actor = caf::typed_actor<
  // Adds what came of asking another peer.
  caf::reacts_to<chord::ring_id, trust::outcome>,
  // Gives the opinion about another peer.
  caf::replies_to<view_atom, chord::ring_id>::with<trust::opinion>>;

/// A virtual peer of the ring.
using peer_actor = ticked_actor::extend<
  // Takes a message of another peer.
  caf::reacts_to<overlay_message>,
  // Takes its place in a ring whose other peers are there already.
  caf::reacts_to<ring_place>,
  // Takes over a new finger table.
  caf::reacts_to<fingers_atom, chord::finger_table_ptr>,
  // A peer does not answer.
  caf::reacts_to<failed_atom, chord::ring_id>,
  // Finds who is responsible for a key.
  caf::replies_to<lookup_atom, chord::ring_id,
                  chord::lookup_options>::with<lookup_outcome>,
  // Stores a record and its copies in the ring.
  caf::replies_to<put_atom, p2psip::shared_bytes>::with<put_outcome>,
  // Asks the holder with that rank for a key: 0 is the owner.
  caf::replies_to<get_atom, std::string, uint8_t>::with<fetch_outcome>,
  // Tells a holder that it has an older record under a key than another one,
  // or none.
  caf::reacts_to<repair_atom, chord::peer_ref, std::string>,
  // Sends a message to a user or service at another peer.
  caf::reacts_to<deliver_atom, chord::peer_ref, p2psip::delivery>,
  // Adds what came of asking another peer.
  caf::reacts_to<chord::ring_id, trust::outcome>,
  // Gives the opinion about another peer.
  caf::replies_to<view_atom, chord::ring_id>::with<trust::opinion>,
  // Tells what the peer knows about itself.
  caf::replies_to<view_atom>::with<peer_view>,
  // Hands over the records and leaves the ring; the actor ends.
  caf::replies_to<leave_atom>::with<left_atom>>;

/// Reads users' keys and locations from the ring.
using ring_reader_actor = caf::typed_actor<
  // Finds where a user's adapter is.
  caf::replies_to<lookup_atom,
                  identity::address_of_record>::with<location_reading>,
  // Rebuilds a user's key from k shares.
  caf::replies_to<get_atom, identity::address_of_record>::with<key_reading>>;

/// Tells whoever watches over a node about it.
using node_inspector_actor = caf::typed_actor<
  // Tells what all peers of the node know about themselves.
  caf::replies_to<view_atom>::with<peers_report>,
  // Finds who is responsible for a key.
  caf::replies_to<lookup_atom, chord::ring_id>::with<lookup_outcome>,
  // Tells where a user is and which key the user has.
  caf::replies_to<get_atom, identity::address_of_record>::with<user_report>>;

/// Gives adapters their users' keys.
using key_keeper_actor = caf::typed_actor<
  // Loads the keys of a user who has some.
  caf::replies_to<load_atom, std::string>::with<credentials_outcome>,
  // Loads a user's keys, or makes them.
  caf::replies_to<get_atom, std::string>::with<credentials_outcome>,
  // Forgets the keys before those with this fingerprint.
  caf::replies_to<erase_atom, std::string,
                  identity::fingerprint>::with<write_outcome>>;

/// Keeps a node's admission ticket good.
using ticket_keeper_actor = ticked_actor::extend<
  // Takes what came of asking for a new ticket.
  caf::reacts_to<ticket_outcome>>;

/// The phone side of one user.
using sip_adapter_actor = ticked_actor::extend<
  // Takes a SIP message that concerns the user.
  caf::reacts_to<sip_arrival>,
  // What was sent for that SIP transaction did not reach the network.
  caf::reacts_to<failed_atom, uint64_t>,
  // Takes a message of another adapter or of a bootstrap server.
  caf::reacts_to<deliver_atom, chord::peer_ref, p2psip::delivery>>;

/// Brings SIP messages to the adapters they concern.
using sip_switch_actor = ticked_actor::extend<
  // Takes a SIP message from the network.
  caf::reacts_to<sip_arrival>,
  // This user's adapter has been idle for a while. It has handled so many
  // messages that were passed to it, and may end when there are no more; the
  // flag tells whether the user has an admission that is to be renewed.
  caf::reacts_to<leave_atom, std::string, uint64_t, bool>>;

/// Brings a service back that dies.
using service_supervisor_actor = caf::typed_actor<
  // Tells which actor serves now; an invalid handle when it was given up.
  caf::replies_to<view_atom>::with<delivery_actor>>;

/// Brings peers back that die.
using supervisor_actor = caf::typed_actor<
  // Spawns a peer.
  caf::replies_to<put_atom, peer_config>::with<peer_actor>,
  // A peer tells who its neighbours are now.
  caf::reacts_to<chord::member_view>,
  // Has one peer leave the ring and answers when it has ended.
  caf::replies_to<leave_atom, chord::ring_id>::with<left_atom>,
  // Ends one peer at once and answers when it has ended.
  caf::replies_to<erase_atom, chord::ring_id>::with<left_atom>,
  // Has all peers leave the ring, and answers when the last has ended.
  caf::replies_to<leave_atom>::with<left_atom>>;

} // namespace carillon

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::delivery_actor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(carillon::peer_actor)
