#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/verifier.hpp"

namespace carillon::identity {

/// What the payload of an envelope is. The values are signed and never change.
enum class envelope_kind : uint8_t {
  ring_descriptor = 1,
  ticket = 2,
  key_bundle = 3,
  succession = 4,
  admission = 5,
  location = 6,
  answer = 7,
};

/// Signed bytes: what is signed travels as it was signed and is never encoded
/// again. The signature covers a label, the kind, the ring, the signer and
/// the payload, each with its length in front, so that no signature can stand
/// for another purpose or another ring.
struct envelope {
  envelope_kind kind;

  /// The ring for which the payload was signed.
  fingerprint ring;

  /// The fingerprint of the signature key.
  fingerprint signer;

  bytes payload;
  bytes signature;

  /// Signs `payload`.
  /// @returns what `key_pair::sign` gives.
  [[nodiscard]] static expected<envelope>
  seal(envelope_kind kind, const fingerprint& ring, bytes payload,
       const key_pair& signer, Botan::RandomNumberGenerator& rng);

  /// Reads an encoded envelope of at most `max_size` bytes without checking
  /// its signature.
  /// @returns `too_large`, `unsupported_version` or `malformed`; `malformed`
  ///          also for any encoding but the one that `encode` writes.
  [[nodiscard]] static expected<envelope> decode(byte_view data,
                                                 size_t max_size);

  [[nodiscard]] bytes encode() const;

  /// Checks that this is an envelope of `wanted` kind for `wanted_ring`,
  /// signed by `key`.
  /// @returns `malformed` for another kind, `wrong_ring`, or
  ///          `invalid_signature` also when another signer is named.
  [[nodiscard]] expected<void>
  verify(envelope_kind wanted, const fingerprint& wanted_ring,
         const public_key& key, verifier& check,
         recurrence again = recurrence::likely) const;
};

} // namespace carillon::identity
