#pragma once

#include "protocols/bytes.hpp"

#include <botan/secmem.h>

#include <array>

/// X25519 key agreement (RFC 7748 section 5) by libsodium, which takes two
/// thirds of the time that Botan 2.19 takes for the same: every protected
/// message needs three of its multiplications.
namespace carillon::identity::x25519 {

/// Bytes of a private key, a public key and a shared secret.
inline constexpr size_t key_size = 32;

/// A public key: the u coordinate of a point.
using point = std::array<uint8_t, key_size>;

/// Gives the public key of a private key, which has `key_size` bytes.
[[nodiscard]] point public_point(byte_view private_key) noexcept;

/// Agrees on a secret with the owner of a public key. Both keys have `key_size`
/// bytes.
/// @returns `invalid_key` for a public key of low order, with which the secret
///          is zero whatever the private key (RFC 7748 section 6.1).
[[nodiscard]] expected<Botan::secure_vector<uint8_t>>
agree(byte_view private_key, byte_view public_key);

} // namespace carillon::identity::x25519
