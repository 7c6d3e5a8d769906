#include "protocols/identity/key_pair.hpp"

#include "protocols/identity/ed25519.hpp"

#include <botan/curve25519.h>
#include <botan/data_src.h>
#include <botan/ed25519.h>
#include <botan/pkcs8.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>

namespace carillon::identity {

namespace {

constexpr auto encrypted_label = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

std::unique_ptr<Botan::Private_Key> load_next(Botan::DataSource& source,
                                              const std::string& passphrase) {
  return passphrase.empty() ? Botan::PKCS8::load_key(source)
                            : Botan::PKCS8::load_key(source, passphrase);
}

} // namespace

key_pair::key_pair(std::unique_ptr<Botan::Private_Key> signature,
                   std::unique_ptr<Botan::Private_Key> encryption,
                   public_keys pub)
  : signature_(std::move(signature))
  , encryption_(std::move(encryption))
  , public_(std::move(pub)) {}

key_pair::key_pair(key_pair&&) noexcept = default;
key_pair& key_pair::operator=(key_pair&&) noexcept = default;
key_pair::~key_pair() = default;

expected<key_pair>
key_pair::from_keys(std::unique_ptr<Botan::Private_Key> signature,
                    std::unique_ptr<Botan::Private_Key> encryption) {
  auto signature_half =
    public_key::parse(signature->subject_public_key(), key_use::signature);
  if (!signature_half)
    return tl::unexpected{signature_half.error()};
  auto encryption_half =
    public_key::parse(encryption->subject_public_key(), key_use::encryption);
  if (!encryption_half)
    return tl::unexpected{encryption_half.error()};
  if (signature_half->suite() != encryption_half->suite())
    return fail(errc::unsupported_suite,
                "signature and encryption key are of different suites");
  return key_pair{
    std::move(signature), std::move(encryption),
    public_keys{std::move(*signature_half), std::move(*encryption_half)}};
}

expected<key_pair> key_pair::generate(identity::suite kind,
                                      Botan::RandomNumberGenerator& rng,
                                      size_t rsa_bits) {
  if (kind == suite::rsa) {
    if (auto ok = validate_rsa_bits(rsa_bits); !ok)
      return tl::unexpected{ok.error()};
    if (rsa_bits % 8 != 0)
      return fail(errc::invalid_key,
                  "RSA key of " + std::to_string(rsa_bits)
                    + " bits, not a multiple of 8");
  }
  try {
    if (kind == suite::rsa)
      return from_keys(std::make_unique<Botan::RSA_PrivateKey>(rng, rsa_bits),
                       std::make_unique<Botan::RSA_PrivateKey>(rng, rsa_bits));
    return from_keys(std::make_unique<Botan::Ed25519_PrivateKey>(rng),
                     std::make_unique<Botan::Curve25519_PrivateKey>(rng));
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

expected<key_pair> key_pair::from_pem(std::string_view pem,
                                      Botan::RandomNumberGenerator& rng,
                                      std::string_view passphrase) {
  if (pem.size() > defaults::max_key_file)
    return fail(errc::too_large, "key file");
  const auto encrypted = pem.find(encrypted_label) != std::string_view::npos;
  if (encrypted && passphrase.empty())
    return fail(errc::bad_passphrase, "the keys are encrypted");
  try {
    const std::string secret{encrypted ? passphrase : std::string_view{}};
    Botan::DataSource_Memory source{as_bytes(pem).data(), pem.size()};
    auto signature = load_next(source, secret);
    auto encryption = load_next(source, secret);
    if (!signature->check_key(rng, false) || !encryption->check_key(rng, false))
      return fail(errc::invalid_key, "private key fails its check");
    return from_keys(std::move(signature), std::move(encryption));
  } catch (const Botan::Exception&) {
    // Botan's text might quote what it decrypted.
    return encrypted ? fail(errc::bad_passphrase)
                     : fail(errc::malformed, "expected two PKCS#8 PEM keys");
  }
}

expected<bytes> key_pair::sign(byte_view message,
                               Botan::RandomNumberGenerator& rng) const {
  if (const auto* ed =
        dynamic_cast<const Botan::Ed25519_PrivateKey*>(signature_.get()))
    return ed25519::sign(ed->get_private_key(), message);
  try {
    Botan::PK_Signer signer{*signature_, rng, rsa_signature_scheme};
    return signer.sign_message(message.data(), message.size(), rng);
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

std::string key_pair::to_pem() const {
  return Botan::PKCS8::PEM_encode(*signature_)
    + Botan::PKCS8::PEM_encode(*encryption_);
}

expected<std::string>
key_pair::to_encrypted_pem(std::string_view passphrase,
                           Botan::RandomNumberGenerator& rng) const {
  if (passphrase.empty())
    return fail(errc::bad_passphrase, "the passphrase is empty");
  try {
    std::string result;
    for (const auto* key : {signature_.get(), encryption_.get()})
      result += Botan::PKCS8::PEM_encode_encrypted_pbkdf_iter(
        *key, rng, std::string{passphrase}, defaults::pbkdf_iterations,
        "AES-256/CBC", "SHA-256");
    return result;
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

} // namespace carillon::identity
