#include "runtime/link/peer_gate.hpp"

#include "runtime/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

void peer_gate::open(const std::shared_ptr<peer_directory>& peers,
                     relay_function relay, chord::peer_list judges) {
  peers_ = peers;
  relay_ = std::move(relay);
  judges_ = std::move(judges);
}

void peer_gate::deliver(link::overlay_frame message,
                        std::shared_ptr<const void> credit) const {
  const auto handle = find_addressee(message);
  if (!handle)
    return;
  overlay_message msg{std::move(message.from), std::move(message.body),
                      std::move(credit)};
  if (!relay_ || !relay_(handle, msg))
    caf::anon_send(handle, std::move(msg));
}

void peer_gate::tell_failed(const chord::peer_ref& to,
                            const chord::peer_ref& from) const {
  if (const auto sender = find(from))
    caf::anon_send(sender, failed_atom_v, to.id);
}

void peer_gate::blame(const link::partner& node) const {
  for (uint32_t i = 0; i < std::min(node.peers, defaults::blamed_peers); ++i) {
    const auto culprit = node.ticket.position(i);
    for (const auto& own : judges_) {
      if (const auto judge = culprit ? find(own) : peer_actor{})
        caf::anon_send(judge, *culprit, trust::outcome::bad_message);
    }
  }
}

/// Finds who takes a message. A delivery is for somebody at the node, and may
/// be taken by any peer.
peer_actor peer_gate::find_addressee(const link::overlay_frame& message) const {
  const chord::peer_ref to{message.to, 0, nullptr};
  const auto* said = std::get_if<p2psip::message>(&message.body);
  const auto peers = peers_.lock();
  if (peers && said != nullptr
      && std::holds_alternative<p2psip::delivery>(*said))
    if (auto own = peers->asker(to))
      return own;
  return find(to);
}

peer_actor peer_gate::find(const chord::peer_ref& peer) const {
  const auto peers = peers_.lock();
  return peers ? peers->resolve(peer) : peer_actor{};
}

} // namespace carillon
