#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/messages.hpp"
#include "protocols/p2psip/messages.hpp"

#include <variant>

namespace carillon::wire {

class Overlay;

} // namespace carillon::wire

namespace carillon::link {

/// A message from a peer of one node to a peer of another.
struct overlay_frame {
  /// Who is to get it.
  chord::ring_id to;
  chord::peer_ref from;
  std::variant<chord::message, p2psip::message> body;
};

/// Gives the peers that a message about the ring names whose nodes listen
/// nowhere: the sender may know a way to them.
[[nodiscard]] chord::peer_list hidden_peers(const overlay_frame& message);

/// Writes a message as `protocols/wire/overlay.proto` says.
void write(wire::Overlay& field, const overlay_frame& what);

/// Reads a message of a stranger. Fields that are unknown are passed over.
/// @returns `too_large` for a list or field above its limit;
///          `unsupported_version` for a kind of message that is unknown;
///          `malformed` for anything else.
[[nodiscard]] expected<overlay_frame> read_overlay(const wire::Overlay& field);

} // namespace carillon::link
