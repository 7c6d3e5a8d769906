#include "protocols/secp2psip/seal.hpp"

#include "protocols/secp2psip/hpke.hpp"

#include <botan/aead.h>
#include <botan/exceptn.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>

namespace carillon::secp2psip {

namespace {

using secret = Botan::secure_vector<uint8_t>;

// The info of HPKE, and the head of what is authenticated with an RSA key.
constexpr std::string_view purpose = "Carillon SECP2PSIP 1 PROTECTED";

// RFC 8439 section 2.8.
constexpr const char* aead_name = "ChaCha20Poly1305";
constexpr size_t aead_key_size = 32;
constexpr size_t aead_nonce_size = 12;
constexpr size_t aead_tag_size = 16;

// RFC 8017 section 7.1, with MGF1 over the same hash.
constexpr const char* rsa_padding = "OAEP(SHA-256)";

/// Encrypts or decrypts `buffer` in place. Every key serves one message, so
/// the nonce is zero.
void apply_aead(Botan::Cipher_Dir direction, const secret& key,
                byte_view context, secret& buffer) {
  auto aad = to_bytes(purpose);
  aad.insert(aad.end(), context.begin(), context.end());
  const auto aead = Botan::AEAD_Mode::create_or_throw(aead_name, direction);
  aead->set_key(key);
  aead->set_associated_data(aad.data(), aad.size());
  aead->start(bytes(aead_nonce_size));
  aead->finish(buffer);
}

expected<bytes> seal_with_rsa(const Botan::Public_Key& recipient,
                              byte_view context, byte_view plaintext,
                              Botan::RandomNumberGenerator& rng) {
  const auto key = rng.random_vec(aead_key_size);
  const Botan::PK_Encryptor_EME encryptor{recipient, rng, rsa_padding};
  auto result = encryptor.encrypt(key, rng);
  secret buffer{plaintext.begin(), plaintext.end()};
  apply_aead(Botan::ENCRYPTION, key, context, buffer);
  result.insert(result.end(), buffer.begin(), buffer.end());
  return result;
}

expected<bytes> open_with_rsa(const Botan::RSA_PrivateKey& recipient,
                              byte_view context, byte_view sealed,
                              Botan::RandomNumberGenerator& rng) {
  const auto modulus_size = recipient.get_n().bytes();
  if (sealed.size() < modulus_size + aead_tag_size)
    return fail(errc::decryption_failed, "sealed bytes are too short");
  // A wrong padding gives a random key and fails at the tag like everything
  // else, so nobody can tell the two apart.
  const Botan::PK_Decryptor_EME decryptor{recipient, rng, rsa_padding};
  const auto key = decryptor.decrypt_or_random(sealed.data(), modulus_size,
                                               aead_key_size, rng);
  const auto ciphertext = sealed.subspan(modulus_size);
  secret buffer{ciphertext.begin(), ciphertext.end()};
  apply_aead(Botan::DECRYPTION, key, context, buffer);
  return bytes{buffer.begin(), buffer.end()};
}

} // namespace

expected<bytes> seal(const identity::public_key& recipient, byte_view context,
                     byte_view plaintext, Botan::RandomNumberGenerator& rng) {
  if (recipient.use() != identity::key_use::encryption)
    return fail(errc::invalid_key, "not a key for encryption");
  const auto& key = recipient.botan_key();
  if (const auto* x25519 =
        dynamic_cast<const Botan::Curve25519_PublicKey*>(&key))
    return hpke::seal(x25519->public_value(), as_bytes(purpose), context,
                      plaintext, rng);
  try {
    return seal_with_rsa(key, context, plaintext, rng);
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

expected<bytes> open_sealed(const identity::key_pair& recipient,
                            byte_view context, byte_view sealed,
                            Botan::RandomNumberGenerator& rng) {
  const auto& key = recipient.decryption_key();
  if (const auto* x25519 =
        dynamic_cast<const Botan::Curve25519_PrivateKey*>(&key))
    return hpke::open(*x25519, as_bytes(purpose), context, sealed);
  try {
    return open_with_rsa(dynamic_cast<const Botan::RSA_PrivateKey&>(key),
                         context, sealed, rng);
  } catch (const Botan::Exception&) {
    return fail(errc::decryption_failed, "not sealed to this key");
  }
}

} // namespace carillon::secp2psip
