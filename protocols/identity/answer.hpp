#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/ring_id.hpp"
#include "protocols/identity/ticket.hpp"
#include "protocols/time.hpp"

#include <array>
#include <optional>
#include <string>

namespace carillon::identity {

/// A holder's answer to a fetch, signed by its node.
struct answer {
  /// Random bytes that the asker chose.
  using nonce_type = std::array<uint8_t, 16>;

  nonce_type nonce;

  /// The text of the key that was asked for.
  std::string key;

  /// The encoded record, or nothing when the holder has none.
  std::optional<bytes> record;

  /// The answering peer.
  chord::ring_id peer;

  /// The number of that peer within its node.
  uint32_t peer_index;

  /// When the answer was made.
  timestamp time;
};

/// An answer that was found good.
struct verified_answer {
  identity::answer answer;

  /// The fingerprint of the node's signature key.
  fingerprint node;
};

/// Signs an answer with the node's key. `ticket` is the node's, encoded.
/// @returns `malformed` or `too_large` when a field is out of its range, or
///          what `key_pair::sign` gives.
[[nodiscard]] expected<bytes> seal_answer(const answer& given, byte_view ticket,
                                          const fingerprint& ring,
                                          const key_pair& node,
                                          Botan::RandomNumberGenerator& rng);

/// Reads an answer and checks it against what was asked: the node's ticket,
/// that the ticket gives the peer this position, the signature, nonce, key and
/// time. The record inside is not checked.
/// @returns `too_large`, `malformed`, `unsupported_version`, what
///          `open_ticket` gives, `name_mismatch` when the position is not the
///          ticket's, `invalid_signature`, `replayed` for another nonce or
///          key, or `stale` when its time is more than 120 s away.
[[nodiscard]] expected<verified_answer>
open_answer(byte_view encoded, const answer::nonce_type& nonce,
            std::string_view key, const ring_descriptor& ring, verifier& check,
            timestamp now);

} // namespace carillon::identity
