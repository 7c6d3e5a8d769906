#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/defaults.hpp"
#include "protocols/identity/public_keys.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace Botan {
class Private_Key;
class RandomNumberGenerator;
} // namespace Botan

namespace carillon::identity {

/// The private keys of a user, a node or a bootstrap server: one for
/// signatures and one for encryption. Moves and does not copy; nothing prints
/// it.
class key_pair {
public:
  /// Makes fresh keys. `rsa_bits` matters for `suite::rsa` only and must be a
  /// multiple of 8.
  /// @returns `weak_key` below 2048 bits, `too_large` above 8192; both
  ///          details name the size and the limit. `invalid_key` for a size
  ///          that is no multiple of 8 or when the generator fails.
  [[nodiscard]] static expected<key_pair>
  generate(identity::suite kind, Botan::RandomNumberGenerator& rng,
           size_t rsa_bits = defaults::rsa_bits);

  /// Reads what `to_pem` or `to_encrypted_pem` wrote. `passphrase` is ignored
  /// for keys that are not encrypted.
  /// @returns `bad_passphrase` when the keys are encrypted and `passphrase`
  ///          is empty or wrong; `too_large`, `malformed`, or what
  ///          `public_key::parse` gives.
  [[nodiscard]] static expected<key_pair>
  from_pem(std::string_view pem, Botan::RandomNumberGenerator& rng,
           std::string_view passphrase = {});

  key_pair(key_pair&&) noexcept;
  key_pair& operator=(key_pair&&) noexcept;
  ~key_pair();

  [[nodiscard]] identity::suite suite() const noexcept {
    return public_.suite();
  }

  /// Gives the public half.
  [[nodiscard]] const public_keys& public_half() const noexcept {
    return public_;
  }

  /// Signs the literal `message`; `rng` salts RSA signatures.
  /// @returns `invalid_key` when Botan cannot sign with this key.
  [[nodiscard]] expected<bytes> sign(byte_view message,
                                     Botan::RandomNumberGenerator& rng) const;

  /// Gives the private encryption key; lives as long as this object.
  [[nodiscard]] const Botan::Private_Key& decryption_key() const noexcept {
    return *encryption_;
  }

  /// Gives the private signature key, for making certificates and for TLS;
  /// lives as long as this object.
  [[nodiscard]] const Botan::Private_Key& signing_key() const noexcept {
    return *signature_;
  }

  /// Writes both keys as PKCS#8 PEM, the signature key first, in the clear:
  /// for files of mode 0600 only.
  [[nodiscard]] std::string to_pem() const;

  /// Writes both keys as PKCS#8 PEM, encrypted with AES-256-CBC under a key
  /// from PBKDF2 with SHA-256 (PBES2, RFC 8018); OpenSSL reads it.
  /// @returns `bad_passphrase` when `passphrase` is empty.
  [[nodiscard]] expected<std::string>
  to_encrypted_pem(std::string_view passphrase,
                   Botan::RandomNumberGenerator& rng) const;

private:
  key_pair(std::unique_ptr<Botan::Private_Key> signature,
           std::unique_ptr<Botan::Private_Key> encryption, public_keys pub);

  static expected<key_pair>
  from_keys(std::unique_ptr<Botan::Private_Key> signature,
            std::unique_ptr<Botan::Private_Key> encryption);

  std::unique_ptr<Botan::Private_Key> signature_;
  std::unique_ptr<Botan::Private_Key> encryption_;
  public_keys public_;
};

} // namespace carillon::identity
