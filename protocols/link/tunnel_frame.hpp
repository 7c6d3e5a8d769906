#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"

#include <cstdint>
#include <variant>

namespace carillon::link {

/// The first version of the link protocol that knows tunnels.
inline constexpr uint32_t first_tunnel_version = 2;

/// Asks the receiver to carry a tunnel to a node that it has a link to.
struct tunnel_open {
  identity::fingerprint node;

  bool operator==(const tunnel_open&) const = default;
};

/// Offers the receiver a tunnel that a node has asked the sender for.
struct tunnel_offer {
  identity::fingerprint asker;

  bool operator==(const tunnel_offer&) const = default;
};

/// Bytes on their way through a tunnel, at least one and at most
/// `defaults::max_tunnel_data`. They mean nothing to whom they pass.
struct tunnel_data {
  bytes data;

  bool operator==(const tunnel_data&) const = default;
};

/// Lets the receiver send so many more bytes, which is at least one.
struct tunnel_credit {
  uint32_t size = 0;

  bool operator==(const tunnel_credit&) const = default;
};

/// Ends a tunnel.
struct tunnel_close {
  error why;

  bool operator==(const tunnel_close&) const = default;
};

/// What may be said about a tunnel.
using tunnel_body = std::variant<tunnel_open, tunnel_offer, tunnel_data,
                                 tunnel_credit, tunnel_close>;

/// Says something about one tunnel of a link.
struct tunnel_frame {
  /// What both sides of the link call the tunnel.
  uint32_t number = 0;
  tunnel_body what;

  bool operator==(const tunnel_frame&) const = default;
};

} // namespace carillon::link
