#pragma once

#include "actors/interfaces.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

namespace carillon {

/// One member of the cluster of an operator, for the others and for the node.
using cluster_member_actor = delivery_actor::extend<
  // -- from other members
  // A member introduces itself: with its id, with what names the node whose
  // peers it runs, and with its actor. The answer is the id of this member, or
  // zero when it is of another cluster.
  caf::replies_to<view_atom, uint64_t, std::string,
                  caf::strong_actor_ptr>::with<uint64_t>,
  // Takes a message of the council, encoded, and its signature, if it needs
  // one.
  caf::reacts_to<check_atom, std::string, std::string>,
  // The member with that id runs a peer: its index, its incarnation, and its
  // actor.
  caf::reacts_to<put_atom, uint64_t, uint32_t, uint64_t, caf::strong_actor_ptr>,
  // The member with that id does not run a peer any more: its index and its
  // incarnation.
  caf::reacts_to<erase_atom, uint64_t, uint32_t, uint64_t>,
  // Seals the secrets of the node for whoever asks so.
  caf::replies_to<get_atom, std::string>::with<std::string>,
  // Hands a message to its addressee, if that is on this member.
  caf::reacts_to<put_atom, chord::peer_ref, p2psip::delivery>,
  // Sends a message to a peer of another node over a link of this member, and
  // tells whether there is one.
  caf::replies_to<deliver_atom, chord::peer_ref, overlay_message>::with<bool>,
  // Has a node that this member has a link to open one to somebody: the
  // request, encoded as on links.
  caf::reacts_to<deliver_atom, std::string>,
  // Answers with the same number, once everything before it has arrived.
  caf::replies_to<mark_atom, uint64_t>::with<uint64_t>,
  // -- from this process
  // Something is due.
  caf::reacts_to<tick_atom>,
  // A peer has been entered into the directory; an invalid handle says that it
  // has been removed.
  caf::reacts_to<put_atom, chord::peer_ref, peer_actor>,
  // Has another member send a message to a peer of another node.
  caf::reacts_to<put_atom, chord::peer_ref, overlay_message>,
  // Has the other members do the same.
  caf::reacts_to<put_atom, std::string>,
  // Much is on its way to the member with that id, and is to be marked.
  caf::reacts_to<mark_atom, tick_atom, uint64_t>,
  // Sends a message to a peer of another member, and keeps its credit until it
  // was dealt with there.
  caf::reacts_to<deliver_atom, peer_actor, overlay_message>,
  // Leaves the cluster; answers when the others run the peers.
  caf::replies_to<leave_atom>::with<left_atom>>;

} // namespace carillon
