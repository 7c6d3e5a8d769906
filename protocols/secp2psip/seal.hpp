#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/public_key.hpp"

#include <botan/rng.h>

namespace carillon::secp2psip {

/// Seals `plaintext` so that only the owner of an encryption key can read it.
///
/// Suite ed25519-x25519: HPKE (see hpke.hpp). Suite rsa: RSA-OAEP with SHA-256
/// carries a fresh key for ChaCha20-Poly1305; the result is the RSA ciphertext
/// followed by the encrypted plaintext.
/// @param recipient a key for encryption.
/// @param context authenticated along with the plaintext.
/// @returns `invalid_key` when the key cannot encrypt.
[[nodiscard]] expected<bytes> seal(const identity::public_key& recipient,
                                   byte_view context, byte_view plaintext,
                                   Botan::RandomNumberGenerator& rng);

/// Opens what `seal` made.
/// @param rng blinds operations with RSA keys.
/// @returns `decryption_failed` when the key, the context or any byte is not
///          what it was when it was sealed.
[[nodiscard]] expected<bytes> open_sealed(const identity::key_pair& recipient,
                                          byte_view context, byte_view sealed,
                                          Botan::RandomNumberGenerator& rng);

} // namespace carillon::secp2psip
