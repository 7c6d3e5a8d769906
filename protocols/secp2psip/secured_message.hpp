#pragma once

#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/secp2psip/message.hpp"

#include <botan/rng.h>

#include <string>
#include <string_view>

namespace carillon::secp2psip {

/// A message ready to be sent.
struct secured_message {
  /// The bytes to send.
  bytes data;
  /// The hash of the signed message; not that of `data` when it is sealed.
  identity::fingerprint hash;
};

/// Signs a message, and seals it when its mode is *protected*.
/// @param recipient the encryption key of the party addressed; only for mode
///        *protected*, else null.
/// @returns what `encode_signed_part`, `key_pair::sign` and `seal` refuse, or
///          `wrong_mode` when mode and recipient do not fit together.
[[nodiscard]] expected<secured_message>
secure(const any_message& content, const identity::key_pair& sender,
       const identity::public_key* recipient,
       Botan::RandomNumberGenerator& rng);

/// Who reads a message, and on what terms.
struct reader_terms {
  const identity::key_pair& keys;
  /// The fingerprint of the ring.
  const identity::fingerprint& ring;
  /// The name of the reader as messages address it.
  std::string_view name;
  /// The weakest mode that is accepted.
  identity::security_mode weakest;
};

/// Opens and decodes a message, and checks everything that needs no key of the
/// sender: the mode, the ring, the party addressed. The signature is not
/// verified yet.
/// @returns `wrong_mode` for a merely signed message where only protected ones
///          are accepted, and for one whose stated mode is not how it came;
///          `wrong_ring`, `wrong_recipient`, `decryption_failed`, or what
///          `decode` and `decode_protected` refuse.
[[nodiscard]] expected<received_message>
open_message(const reader_terms& reader, byte_view data,
             Botan::RandomNumberGenerator& rng);

/// Verifies the signature of a message with the sender's signature key.
/// @returns `unsupported_suite` when the stated suite is not the key's, or
///          `invalid_signature`.
[[nodiscard]] expected<void> verify(const received_message& received,
                                    const identity::public_key& sender);

/// Tells whom a message is addressed to, so that a node can hand it to the
/// right adapter.
/// @returns what `decode` and `decode_protected` refuse.
[[nodiscard]] expected<std::string> addressee(byte_view data);

} // namespace carillon::secp2psip
