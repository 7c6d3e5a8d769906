#pragma once

#include "protocols/bytes.hpp"

#include <array>

/// Ed25519 signatures (RFC 8032, the pure variant) by libsodium, which takes
/// less than half of the time that Botan 2.19 takes for the same: every answer
/// of the ring is signed and verified.
namespace carillon::identity::ed25519 {

/// A public key: a point in its encoding (RFC 8032 section 5.1.2).
using point = std::array<uint8_t, 32>;

/// A private key: the seed, then the public key.
inline constexpr size_t private_key_size = 64;

/// Bytes of a signature: R and S (RFC 8032 section 5.1.6).
inline constexpr size_t signature_size = 64;

/// Tells whether a key is encoded as RFC 8032 wants it and is not of low order:
/// with such a key anybody can make signatures that verify.
[[nodiscard]] bool is_usable(const point& key) noexcept;

/// Tells whether `signature` is the key's over the literal `message`. Refuses
/// what others can alter: an S that is not reduced, an R or a key that is of
/// low order.
[[nodiscard]] bool verify(const point& key, byte_view message,
                          byte_view signature) noexcept;

/// Signs the literal `message`. `private_key` has `private_key_size` bytes.
[[nodiscard]] bytes sign(byte_view private_key, byte_view message);

} // namespace carillon::identity::ed25519
