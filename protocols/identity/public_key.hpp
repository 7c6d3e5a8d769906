#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/suite.hpp"

#include <memory>

namespace Botan {
class Public_Key;
} // namespace Botan

namespace carillon::identity {

/// What a key is for; no key serves both.
enum class key_use : uint8_t { signature, encryption };

/// One public key that passed every check. Immutable and cheap to copy.
class public_key {
public:
  /// Reads a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
  ///
  /// Checked are the size, that the encoding is the canonical one, that the
  /// algorithm belongs to a suite and fits `use`, and the key itself: an RSA
  /// modulus of 2048 to 8192 bits and a public exponent of at most 32; an
  /// Ed25519 point in canonical form and not of low order; an X25519 point
  /// that no private key takes to zero (RFC 7748 section 6.1).
  /// @returns `too_large`, `malformed`, `unsupported_suite`, `weak_key` (the
  ///          detail names both sizes) or `invalid_key`.
  [[nodiscard]] static expected<public_key> parse(byte_view spki, key_use use);

  /// Gives the SubjectPublicKeyInfo in DER.
  [[nodiscard]] const bytes& spki() const noexcept {
    return spki_;
  }

  /// Gives the SHA-256 of the SubjectPublicKeyInfo.
  [[nodiscard]] const fingerprint& id() const noexcept {
    return id_;
  }

  [[nodiscard]] identity::suite suite() const noexcept {
    return suite_;
  }

  [[nodiscard]] key_use use() const noexcept {
    return use_;
  }

  /// Checks a signature over the literal `message`: Ed25519 as in RFC 8032,
  /// RSA as PSS with SHA-256. Costs a full verification; see `verifier` for
  /// the cached way.
  /// @returns `invalid_signature`, also for a key that is for encryption.
  [[nodiscard]] expected<void> verify(byte_view message,
                                      byte_view signature) const;

  /// Gives the key for Botan's encryption; lives as long as this object.
  [[nodiscard]] const Botan::Public_Key& botan_key() const noexcept {
    return *key_;
  }

  /// Compares the encodings.
  bool operator==(const public_key& other) const noexcept {
    return spki_ == other.spki_;
  }

private:
  public_key(bytes spki, identity::suite suite, key_use use,
             std::shared_ptr<const Botan::Public_Key> key);

  bytes spki_;
  fingerprint id_;
  identity::suite suite_;
  key_use use_;
  std::shared_ptr<const Botan::Public_Key> key_;
};

} // namespace carillon::identity
