#include "actors/foreign_peer.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

error not_here() {
  return {errc::unreachable, "the peer is one of another node"};
}

} // namespace

peer_actor::behavior_type foreign_peer(peer_actor::pointer self,
                                       std::shared_ptr<link_transport> links,
                                       chord::peer_ref stands_for) {
  be_quiet(self);
  return {
    [](tick_atom) {},
    [links = std::move(links), stands_for = std::move(stands_for)](
      const overlay_message& msg) { links->send(stands_for, msg); },
    [](const ring_place&) {},
    [](fingers_atom, const chord::finger_table_ptr&) {},
    [](failed_atom, const chord::ring_id&) {},
    [](lookup_atom, const chord::ring_id&, const chord::lookup_options&) {
      return lookup_outcome{tl::unexpected{not_here()}};
    },
    [](put_atom, const p2psip::shared_bytes&) {
      return put_outcome{tl::unexpected{not_here()}};
    },
    [](get_atom, const std::string&, uint8_t) {
      return fetch_outcome{std::nullopt, tl::unexpected{not_here()}};
    },
    [](repair_atom, const chord::peer_ref&, const std::string&) {},
    [](deliver_atom, const chord::peer_ref&, const p2psip::delivery&) {},
    [](const chord::ring_id&, trust::outcome) {},
    [](view_atom, const chord::ring_id&) { return trust::opinion{}; },
    [](view_atom) { return peer_view{}; },
    [](leave_atom) { return left_atom_v; },
  };
}

} // namespace carillon
