#include "protocols/chord/defaults.hpp"
#include "protocols/link/defaults.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/link/message_codec.hpp"

namespace carillon::link {

namespace {

using chord::routing_strategy;

// -- writing ------------------------------------------------------------------

void write_one(wire::Overlay& frame, const chord::get_neighbors& msg) {
  frame.mutable_get_neighbors()->set_request(msg.request);
}

void write_one(wire::Overlay& frame, const chord::neighbors& msg) {
  auto& out = *frame.mutable_neighbors();
  out.set_request(msg.request);
  if (msg.predecessor)
    write(*out.mutable_predecessor(), *msg.predecessor);
  write(*out.mutable_successors(), msg.successors);
}

void write_one(wire::Overlay& frame, const chord::notify&) {
  frame.mutable_notify();
}

void write_one(wire::Overlay& frame, const chord::neighbors_changed&) {
  frame.mutable_neighbors_changed();
}

void write_one(wire::Overlay& frame, const chord::ping& msg) {
  frame.mutable_ping()->set_request(msg.request);
}

void write_one(wire::Overlay& frame, const chord::pong& msg) {
  frame.mutable_pong()->set_request(msg.request);
}

void write_one(wire::Overlay& frame, const chord::leaving& msg) {
  auto& out = *frame.mutable_leaving();
  if (msg.predecessor)
    write(*out.mutable_predecessor(), *msg.predecessor);
  write(*out.mutable_successors(), msg.successors);
}

void write_one(wire::Overlay& frame, const chord::lookup& msg) {
  auto& out = *frame.mutable_lookup();
  out.set_request(msg.request);
  out.set_key(identity::to_wire(msg.key.data()));
  write(*out.mutable_origin(), msg.origin);
  out.set_strategy(static_cast<uint32_t>(msg.strategy));
  out.set_hops(msg.hops);
  out.set_final(msg.final);
  write(*out.mutable_path(), msg.path);
}

void write_one(wire::Overlay& frame, const chord::lookup_answer& msg) {
  auto& out = *frame.mutable_lookup_answer();
  out.set_request(msg.request);
  out.set_key(identity::to_wire(msg.key.data()));
  write(*out.mutable_owner(), msg.owner);
  write(*out.mutable_successors(), msg.successors);
  out.set_hops(msg.hops);
  write(*out.mutable_path(), msg.path);
}

void write_one(wire::Overlay& frame, const chord::get_next_hop& msg) {
  auto& out = *frame.mutable_get_next_hop();
  out.set_request(msg.request);
  out.set_key(identity::to_wire(msg.key.data()));
  out.set_final(msg.final);
  for (const auto& id : msg.exclude)
    out.add_exclude(identity::to_wire(id.data()));
}

void write_one(wire::Overlay& frame, const chord::next_hop& msg) {
  auto& out = *frame.mutable_next_hop();
  out.set_request(msg.request);
  write(*out.mutable_next(), msg.next);
  out.set_final(msg.final);
  write(*out.mutable_successors(), msg.successors);
}

void write_one(wire::Overlay& frame, const chord::introduce& msg) {
  auto& out = *frame.mutable_introduce();
  write(*out.mutable_peer(), msg.peer);
  out.set_hops(msg.hops);
}

void write_one(wire::Overlay& frame, const chord::get_routes& msg) {
  frame.mutable_get_routes()->set_request(msg.request);
}

void write_one(wire::Overlay& frame, const chord::routes& msg) {
  auto& out = *frame.mutable_routes();
  out.set_request(msg.request);
  if (msg.predecessor)
    write(*out.mutable_predecessor(), *msg.predecessor);
  write(*out.mutable_successors(), msg.successors);
  write(*out.mutable_fingers(), msg.fingers);
}

// -- reading ------------------------------------------------------------------

template <class Fields>
std::optional<chord::peer_ref> read_predecessor(field_checks& check,
                                                const Fields& from) {
  if (!from.has_predecessor())
    return std::nullopt;
  return check.peer(from.predecessor());
}

chord::message read_one(field_checks& check, const wire::Neighbors& from) {
  return chord::neighbors{from.request(), read_predecessor(check, from),
                          check.peers(from.successors(), defaults::max_peers)};
}

chord::message read_one(field_checks& check, const wire::Leaving& from) {
  return chord::leaving{read_predecessor(check, from),
                        check.peers(from.successors(), defaults::max_peers)};
}

chord::message read_one(field_checks& check, const wire::Lookup& from) {
  constexpr auto last = static_cast<uint32_t>(routing_strategy::iterative);
  return chord::lookup{from.request(),
                       check.id(from.key()),
                       check.peer(from.origin()),
                       static_cast<routing_strategy>(check.number(
                         from.strategy(), last, "routing strategy")),
                       static_cast<uint16_t>(check.number(
                         from.hops(), chord::defaults::hop_limit, "hops")),
                       from.final(),
                       check.peers(from.path(), chord::defaults::hop_limit)};
}

chord::message read_one(field_checks& check, const wire::LookupAnswer& from) {
  return chord::lookup_answer{
    from.request(),
    check.id(from.key()),
    check.peer(from.owner()),
    check.peers(from.successors(), defaults::max_peers),
    static_cast<uint16_t>(
      check.number(from.hops(), chord::defaults::hop_limit, "hops")),
    check.peers(from.path(), chord::defaults::hop_limit)};
}

chord::message read_one(field_checks& check, const wire::GetNextHop& from) {
  return chord::get_next_hop{
    from.request(), check.id(from.key()), from.final(),
    check.ids(from.exclude(), chord::defaults::excluded_peers)};
}

chord::message read_one(field_checks& check, const wire::NextHop& from) {
  return chord::next_hop{from.request(), check.peer(from.next()), from.final(),
                         check.peers(from.successors(), defaults::max_peers)};
}

chord::message read_one(field_checks& check, const wire::Introduce& from) {
  return chord::introduce{check.peer(from.peer()),
                          static_cast<uint16_t>(check.number(
                            from.hops(), chord::defaults::hop_limit, "hops"))};
}

chord::message read_one(field_checks& check, const wire::Routes& from) {
  return chord::routes{from.request(), read_predecessor(check, from),
                       check.peers(from.successors(), defaults::max_peers),
                       check.peers(from.fingers(), chord::ring_id::bits)};
}

template <class Fields>
expected<chord::message> read_ring_kind(const Fields& from) {
  field_checks check;
  return check.finish(read_one(check, from));
}

} // namespace

void write_body(wire::Overlay& frame, const chord::message& body) {
  std::visit([&](const auto& msg) { write_one(frame, msg); }, body);
}

std::optional<expected<chord::message>>
read_chord_body(const wire::Overlay& frame) {
  switch (frame.body_case()) {
  case wire::Overlay::kGetNeighbors:
    return chord::get_neighbors{frame.get_neighbors().request()};
  case wire::Overlay::kNeighbors:
    return read_ring_kind(frame.neighbors());
  case wire::Overlay::kNotify:
    return chord::notify{};
  case wire::Overlay::kNeighborsChanged:
    return chord::neighbors_changed{};
  case wire::Overlay::kGetRoutes:
    return chord::get_routes{frame.get_routes().request()};
  case wire::Overlay::kRoutes:
    return read_ring_kind(frame.routes());
  case wire::Overlay::kPing:
    return chord::ping{frame.ping().request()};
  case wire::Overlay::kPong:
    return chord::pong{frame.pong().request()};
  case wire::Overlay::kLeaving:
    return read_ring_kind(frame.leaving());
  case wire::Overlay::kLookup:
    return read_ring_kind(frame.lookup());
  case wire::Overlay::kLookupAnswer:
    return read_ring_kind(frame.lookup_answer());
  case wire::Overlay::kGetNextHop:
    return read_ring_kind(frame.get_next_hop());
  case wire::Overlay::kNextHop:
    return read_ring_kind(frame.next_hop());
  case wire::Overlay::kIntroduce:
    return read_ring_kind(frame.introduce());
  default:
    return std::nullopt;
  }
}

} // namespace carillon::link
