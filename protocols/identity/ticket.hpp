#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/ring_id.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/time.hpp"

#include <array>

namespace carillon::identity {

/// What a bootstrap server grants to a node at admission. The salt is the
/// server's choice, so that nobody can grind keys until a peer falls where it
/// is wanted.
struct ticket {
  /// Random bytes of the bootstrap server.
  using salt_type = std::array<uint8_t, 16>;

  /// The node's signature key.
  public_key node_key;

  salt_type salt;

  /// Virtual peers that the node may run, at least 1.
  uint32_t max_peers;

  timestamp not_before;
  timestamp expires;

  /// Gives the position of virtual peer `index`.
  /// @returns `quota_exceeded` when `index` is not below `max_peers`.
  [[nodiscard]] expected<chord::ring_id> position(uint32_t index) const;
};

/// Gives the position of a node's virtual peer: the first 160 bits of SHA-256
/// over a label, the node's fingerprint, the index and the salt.
[[nodiscard]] chord::ring_id peer_position(const fingerprint& node,
                                           uint32_t index,
                                           const ticket::salt_type& salt);

/// Signs a ticket, as a bootstrap server does.
/// @returns `malformed` when a field is out of its range, `invalid_key` when
///          `bootstrap` is not of this ring.
[[nodiscard]] expected<bytes> seal_ticket(const ticket& grant,
                                          const ring_descriptor& ring,
                                          const key_pair& bootstrap,
                                          Botan::RandomNumberGenerator& rng);

/// Reads a ticket that may have expired, and checks all else.
/// @returns as `open_ticket`, but neither `not_yet_valid` nor `expired`.
[[nodiscard]] expected<ticket>
reopen_ticket(byte_view encoded, const ring_descriptor& ring, verifier& check);

/// Reads and checks a ticket.
/// @returns `too_large`, `malformed`, `unsupported_version`, `wrong_ring`,
///          `invalid_signature`, `not_yet_valid`, `expired`, or what
///          `public_key::parse` gives.
[[nodiscard]] expected<ticket> open_ticket(byte_view encoded,
                                           const ring_descriptor& ring,
                                           verifier& check, timestamp now);

} // namespace carillon::identity
