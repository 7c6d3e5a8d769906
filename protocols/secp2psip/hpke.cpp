#include "protocols/secp2psip/hpke.hpp"

#include "protocols/identity/x25519.hpp"

#include <botan/aead.h>
#include <botan/exceptn.h>
#include <botan/mac.h>

#include <memory>

namespace carillon::secp2psip::hpke {

namespace {

namespace x25519 = identity::x25519;

using secret = Botan::secure_vector<uint8_t>;

// RFC 9180 section 7.1: Nsecret, Nsk; section 7.3: Nk, Nn.
constexpr size_t shared_secret_size = 32;
constexpr size_t private_key_size = 32;
constexpr size_t aead_key_size = 32;
constexpr size_t aead_nonce_size = 12;

// RFC 9180 section 5.1: mode_base.
constexpr uint8_t mode_base = 0x00;

constexpr std::string_view version_label = "HPKE-v1";

// Section 4.1: "KEM" and the KEM 0x0020. Section 5.1: "HPKE", the KEM, the KDF
// 0x0001 and the AEAD 0x0003.
constexpr std::string_view kem_suite{"KEM\x00\x20", 5};
constexpr std::string_view hpke_suite{"HPKE\x00\x20\x00\x01\x00\x03", 10};

void append(secret& to, byte_view data) {
  to.insert(to.end(), data.begin(), data.end());
}

/// The labelled HKDF-SHA256 (RFC 5869) of one message, which makes its HMAC
/// once.
class labeled_kdf {
public:
  /// Section 4: LabeledExtract.
  [[nodiscard]] secret extract(std::string_view suite, byte_view salt,
                               std::string_view label, byte_view ikm) {
    // HMAC fills a key up with zeros: no salt is one of zeros.
    hmac_->set_key(salt.data(), salt.size());
    add(version_label);
    add(suite);
    add(label);
    hmac_->update(ikm.data(), ikm.size());
    return hmac_->final();
  }

  /// Section 4: LabeledExpand, of not more than one hash.
  [[nodiscard]] secret expand(std::string_view suite, const secret& prk,
                              std::string_view label, byte_view info,
                              size_t size) {
    hmac_->set_key(prk);
    hmac_->update_be(static_cast<uint16_t>(size));
    add(version_label);
    add(suite);
    add(label);
    hmac_->update(info.data(), info.size());
    constexpr uint8_t first_block = 1;
    hmac_->update(first_block);
    auto result = hmac_->final();
    result.resize(size);
    return result;
  }

private:
  void add(std::string_view text) {
    const auto data = as_bytes(text);
    hmac_->update(data.data(), data.size());
  }

  std::unique_ptr<Botan::MessageAuthenticationCode> hmac_ =
    Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
};

/// Section 7.1.3: the private key of DeriveKeyPair.
secret derive_private_key(labeled_kdf& kdf, byte_view ikm) {
  const auto prk = kdf.extract(kem_suite, {}, "dkp_prk", ikm);
  return kdf.expand(kem_suite, prk, "sk", {}, private_key_size);
}

/// Section 4.1: the Diffie-Hellman step and ExtractAndExpand of Encap and
/// Decap; section 7.1.4 has a secret of zeros refused.
expected<secret> shared_secret(labeled_kdf& kdf, byte_view own, byte_view other,
                               byte_view encapsulated, byte_view recipient) {
  const auto dh = x25519::agree(own, other);
  if (!dh)
    return tl::unexpected{dh.error()};
  secret kem_context;
  append(kem_context, encapsulated);
  append(kem_context, recipient);
  const auto prk = kdf.extract(kem_suite, {}, "eae_prk", *dh);
  return kdf.expand(kem_suite, prk, "shared_secret", kem_context,
                    shared_secret_size);
}

struct aead_context {
  secret key;
  secret nonce;
};

/// Section 5.1: KeySchedule in base mode. The first and only message uses the
/// base nonce as it is.
aead_context key_schedule(labeled_kdf& kdf, const secret& shared,
                          byte_view info) {
  const auto psk_id_hash = kdf.extract(hpke_suite, {}, "psk_id_hash", {});
  const auto info_hash = kdf.extract(hpke_suite, {}, "info_hash", info);
  secret context{mode_base};
  append(context, psk_id_hash);
  append(context, info_hash);
  const auto prk = kdf.extract(hpke_suite, shared, "secret", {});
  return {kdf.expand(hpke_suite, prk, "key", context, aead_key_size),
          kdf.expand(hpke_suite, prk, "base_nonce", context, aead_nonce_size)};
}

/// Seals or opens `buffer` in place.
void apply(Botan::Cipher_Dir direction, const aead_context& context,
           byte_view aad, secret& buffer) {
  const auto aead =
    Botan::AEAD_Mode::create_or_throw("ChaCha20Poly1305", direction);
  aead->set_key(context.key);
  aead->set_associated_data(aad.data(), aad.size());
  aead->start(context.nonce);
  aead->finish(buffer);
}

} // namespace

expected<bytes> seal(byte_view recipient, byte_view info, byte_view aad,
                     byte_view plaintext, Botan::RandomNumberGenerator& rng) {
  if (recipient.size() != public_key_size)
    return fail(errc::invalid_key, "an X25519 public key has 32 bytes");
  labeled_kdf kdf;
  const auto ephemeral =
    derive_private_key(kdf, rng.random_vec(private_key_size));
  auto result = to_bytes(x25519::public_point(ephemeral));
  const auto shared =
    shared_secret(kdf, ephemeral, recipient, result, recipient);
  if (!shared)
    return tl::unexpected{shared.error()};
  secret buffer{plaintext.begin(), plaintext.end()};
  apply(Botan::ENCRYPTION, key_schedule(kdf, *shared, info), aad, buffer);
  result.insert(result.end(), buffer.begin(), buffer.end());
  return result;
}

expected<bytes> open(const Botan::Curve25519_PrivateKey& recipient,
                     byte_view info, byte_view aad, byte_view sealed) {
  if (sealed.size() < overhead)
    return fail(errc::decryption_failed, "sealed bytes are too short");
  const auto encapsulated = sealed.first(public_key_size);
  labeled_kdf kdf;
  const auto shared = shared_secret(kdf, recipient.get_x(), encapsulated,
                                    encapsulated, recipient.public_value());
  if (!shared)
    return fail(errc::decryption_failed, shared.error().detail);
  const auto ciphertext = sealed.subspan(public_key_size);
  secret buffer{ciphertext.begin(), ciphertext.end()};
  try {
    apply(Botan::DECRYPTION, key_schedule(kdf, *shared, info), aad, buffer);
  } catch (const Botan::Invalid_Authentication_Tag&) {
    return fail(errc::decryption_failed, "authentication tag does not match");
  }
  return bytes{buffer.begin(), buffer.end()};
}

} // namespace carillon::secp2psip::hpke
