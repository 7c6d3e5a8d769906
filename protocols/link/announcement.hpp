#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"

#include <string>

namespace carillon::link {

/// What a node says to everybody on the local network, in one datagram. Nothing
/// in it is signed: it is a hint where to look, and no more.
struct announcement {
  /// The ring that it is about.
  identity::fingerprint ring;

  /// Where a node of the ring listens for links; empty when the sender asks for
  /// such nodes.
  std::string endpoint;

  bool operator==(const announcement&) const = default;
};

/// Encodes an announcement: eight bytes "carillon", one byte with the version
/// 1, the 32 bytes of the ring's fingerprint, one byte with the length of the
/// endpoint, and the endpoint, of at most `defaults::max_announced_endpoint`
/// characters.
[[nodiscard]] bytes encode(const announcement& what);

/// Decodes a datagram of a stranger.
/// @returns `malformed`, also for an endpoint with other characters than those
///          of addresses; `unsupported_version`.
[[nodiscard]] expected<announcement> decode_announcement(byte_view data);

} // namespace carillon::link
