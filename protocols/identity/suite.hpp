#pragma once

#include "protocols/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carillon::identity {

/// The algorithms of a user's or node's keys. The values stand in signed
/// records and never change.
enum class suite : uint8_t {
  /// Ed25519 signatures (RFC 8032) and X25519 encryption (RFC 7748).
  ed25519_x25519 = 1,
  /// RSA of 2048 to 8192 bits: PSS with SHA-256 for signatures, OAEP with
  /// SHA-256 for encryption (RFC 8017).
  rsa = 2,
};

/// What Botan calls the signatures of `suite::rsa`.
inline constexpr auto rsa_signature_scheme = "EMSA4(SHA-256,MGF1,32)";

/// Gives "ed25519-x25519" or "rsa".
[[nodiscard]] std::string_view to_string(suite value) noexcept;

/// Reads the name of a suite.
/// @returns `unsupported_suite` for any other text.
[[nodiscard]] expected<suite> parse_suite(std::string_view text);

/// Reads the number of a suite as records carry it.
/// @returns `unsupported_suite` for any other number.
[[nodiscard]] expected<suite> suite_from_number(uint32_t number);

/// Checks the size of an RSA modulus.
/// @returns `weak_key` below 2048 bits, `too_large` above 8192; both details
///          name the size and the limit.
[[nodiscard]] expected<void> validate_rsa_bits(size_t bits);

} // namespace carillon::identity
