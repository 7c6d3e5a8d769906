#pragma once

#include "protocols/bytes.hpp"
#include "protocols/cluster/messages.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/key_pair.hpp"

#include <botan/rng.h>

namespace carillon::cluster {

/// Tells whether members believe a message only when the node has signed it: it
/// carries a view, and with it the incarnations of all peers.
[[nodiscard]] bool needs_signature(const message& what) noexcept;

/// Signs an encoded message for a ring with the node's keys.
/// @returns what `key_pair::sign` gives.
[[nodiscard]] expected<bytes> sign_message(byte_view encoded,
                                           const identity::fingerprint& ring,
                                           const identity::key_pair& node,
                                           Botan::RandomNumberGenerator& rng);

/// Decodes a message of another member and checks its signature, if it needs
/// one.
/// @returns what `decode_message` gives; `invalid_signature`.
[[nodiscard]] expected<message> open_message(byte_view encoded,
                                             byte_view signature,
                                             const identity::fingerprint& ring,
                                             const identity::public_key& node);

} // namespace carillon::cluster
