#pragma once

#include "protocols/bytes.hpp"

#include <botan/rng.h>

#include <cstdint>
#include <string>

namespace carillon::cluster {

/// Bytes of the cluster's key.
inline constexpr size_t secret_size = 32;

/// What makes a member able to run the peers of the cluster's node, as the
/// files of the data directory hold it.
struct node_secrets {
  /// The node's keys; empty when each member has them from the operator.
  bytes node_keys;
  /// The keys of the bootstrap server; empty in a ring of others.
  bytes bootstrap_keys;
  /// The ring descriptor, sealed.
  bytes ring;
  /// What places the peers in the ring.
  bytes salt;
  /// What admits the node to a ring of others.
  bytes ticket;
  /// Virtual peers of the whole cluster, and the domain of its users.
  uint32_t peers = 0;
  std::string domain;

  bool operator==(const node_secrets&) const = default;
};

/// Seals a node's secrets for a member: whoever has the cluster's key can read
/// them, and knows that they were sealed for this question (XChaCha20 and
/// Poly1305; the nonce comes first).
/// @param question what the member has asked with: random bytes.
/// @param secret the cluster's key, `secret_size` bytes.
[[nodiscard]] bytes seal_secrets(const node_secrets& what, byte_view question,
                                 byte_view secret,
                                 Botan::RandomNumberGenerator& rng);

/// Opens what `seal_secrets` gave.
/// @returns `too_large`; `decryption_failed` for another key or question;
///          `malformed`.
[[nodiscard]] expected<node_secrets>
open_secrets(byte_view sealed, byte_view question, byte_view secret);

/// Tells the cluster's key from others, and nothing else about it.
[[nodiscard]] std::string describe_secret(byte_view secret);

} // namespace carillon::cluster
