#pragma once

#include "protocols/bytes.hpp"

#include <botan/curve25519.h>
#include <botan/rng.h>

#include <cstddef>

/// Hybrid Public Key Encryption, RFC 9180, in the one form that Carillon uses:
/// base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305,
/// single-shot.
namespace carillon::secp2psip::hpke {

/// Bytes of a public key and of an encapsulated key: Npk and Nenc of
/// RFC 9180 section 7.1.
inline constexpr size_t public_key_size = 32;

/// Bytes of an authentication tag: Nt of RFC 9180 section 7.3.
inline constexpr size_t tag_size = 16;

/// Bytes by which a sealed message is longer than its plaintext.
inline constexpr size_t overhead = public_key_size + tag_size;

/// Seals `plaintext` to the owner of an X25519 public key (RFC 9180
/// section 6.1, SealBase).
///
/// The ephemeral key is derived from 32 bytes of `rng` with DeriveKeyPair
/// (section 7.1.3), so a generator that yields the `ikmE` of a test vector
/// yields its encapsulated key as well.
/// @param recipient the 32 bytes of the recipient's public key.
/// @param info what the application binds all of the keys to.
/// @param aad what is authenticated along with this plaintext.
/// @returns the encapsulated key followed by the ciphertext; `invalid_key` for
///          a public key of another size or of low order, for which the shared
///          secret is zero (section 7.1.4).
[[nodiscard]] expected<bytes> seal(byte_view recipient, byte_view info,
                                   byte_view aad, byte_view plaintext,
                                   Botan::RandomNumberGenerator& rng);

/// Opens what `seal` made (RFC 9180 section 6.1, OpenBase).
/// @returns `decryption_failed` when anything differs from what was sealed: the
///          key, `info`, `aad` or a byte of `sealed`, which includes an
///          encapsulated key of low order.
[[nodiscard]] expected<bytes>
open(const Botan::Curve25519_PrivateKey& recipient, byte_view info,
     byte_view aad, byte_view sealed);

} // namespace carillon::secp2psip::hpke
