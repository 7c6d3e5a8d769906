#pragma once

#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/public_key.hpp"

namespace carillon::identity {

class verifier;

/// The public half of a key pair: two keys of one suite.
struct public_keys {
  public_key signature;
  public_key encryption;

  [[nodiscard]] identity::suite suite() const noexcept {
    return signature.suite();
  }

  /// Gives what people compare: the SHA-256 over suite, signature key and
  /// encryption key.
  [[nodiscard]] fingerprint id() const;

  bool operator==(const public_keys&) const noexcept = default;
};

/// Reads both keys.
/// @returns what `public_key::parse` gives, `unsupported_suite` when the keys
///          are of different suites, or `invalid_key` when they are the same.
[[nodiscard]] expected<public_keys> parse_public_keys(byte_view signature_spki,
                                                      byte_view encryption_spki,
                                                      verifier& check);

} // namespace carillon::identity
