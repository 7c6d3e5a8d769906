#include "protocols/link/overlay_codec.hpp"

#include "protocols/link/field_checks.hpp"
#include "protocols/link/message_codec.hpp"

namespace carillon::link {

namespace {

/// Collects the peers that a message about the ring names.
struct hidden_peer_finder {
  chord::peer_list found;

  void add(const chord::peer_ref& peer) {
    if (peer.node && peer.node->endpoint.empty())
      found.push_back(peer);
  }

  void add(const chord::peer_list& peers) {
    for (const auto& peer : peers)
      add(peer);
  }

  void add(const std::optional<chord::peer_ref>& peer) {
    if (peer)
      add(*peer);
  }

  void operator()(const chord::neighbors& said) {
    add(said.predecessor);
    add(said.successors);
  }

  void operator()(const chord::routes& said) {
    add(said.predecessor);
    add(said.successors);
    add(said.fingers);
  }

  void operator()(const chord::leaving& said) {
    add(said.predecessor);
    add(said.successors);
  }

  void operator()(const chord::next_hop& said) {
    add(said.next);
    add(said.successors);
  }

  void operator()(const chord::lookup_answer& said) {
    add(said.owner);
    add(said.successors);
  }

  template <class Other>
  void operator()(const Other&) {}
};

} // namespace

chord::peer_list hidden_peers(const overlay_frame& message) {
  hidden_peer_finder finder;
  if (const auto* ring = std::get_if<chord::message>(&message.body))
    std::visit(finder, *ring);
  return std::move(finder.found);
}

void write(wire::Overlay& field, const overlay_frame& what) {
  field.set_to(identity::to_wire(what.to.data()));
  write(*field.mutable_from(), what.from);
  std::visit([&](const auto& body) { write_body(field, body); }, what.body);
}

expected<overlay_frame> read_overlay(const wire::Overlay& field) {
  field_checks check;
  overlay_frame result{check.id(field.to()), check.peer(field.from()), {}};
  if (auto body = read_chord_body(field)) {
    if (!*body)
      return tl::unexpected{body->error()};
    result.body = **std::move(body);
  } else if (auto other = read_p2psip_body(field)) {
    if (!*other)
      return tl::unexpected{other->error()};
    result.body = **std::move(other);
  } else {
    return fail(errc::unsupported_version,
                "an overlay message of an unknown kind");
  }
  return check.finish(std::move(result));
}

} // namespace carillon::link
