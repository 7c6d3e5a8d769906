#include "protocols/secp2psip/hpke.hpp"

#include <botan/aead.h>
#include <botan/exceptn.h>
#include <botan/kdf.h>
#include <botan/mem_ops.h>

namespace carillon::secp2psip::hpke {

namespace {

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

/// Section 4: LabeledExtract.
secret labeled_extract(std::string_view suite, byte_view salt,
                       std::string_view label, byte_view ikm) {
  secret labeled_ikm;
  append(labeled_ikm, as_bytes(version_label));
  append(labeled_ikm, as_bytes(suite));
  append(labeled_ikm, as_bytes(label));
  append(labeled_ikm, ikm);
  const auto extract = Botan::KDF::create_or_throw("HKDF-Extract(SHA-256)");
  constexpr size_t digest_size = 32;
  return extract->derive_key(digest_size, labeled_ikm.data(),
                             labeled_ikm.size(), salt.data(), salt.size());
}

/// Section 4: LabeledExpand.
secret labeled_expand(std::string_view suite, const secret& prk,
                      std::string_view label, byte_view info, size_t size) {
  secret labeled_info{static_cast<uint8_t>(size >> 8),
                      static_cast<uint8_t>(size)};
  append(labeled_info, as_bytes(version_label));
  append(labeled_info, as_bytes(suite));
  append(labeled_info, as_bytes(label));
  append(labeled_info, info);
  const auto expand = Botan::KDF::create_or_throw("HKDF-Expand(SHA-256)");
  return expand->derive_key(size, prk.data(), prk.size(), nullptr, 0,
                            labeled_info.data(), labeled_info.size());
}

/// Section 7.1.3: DeriveKeyPair.
Botan::Curve25519_PrivateKey derive_key_pair(byte_view ikm) {
  const auto prk = labeled_extract(kem_suite, {}, "dkp_prk", ikm);
  return Botan::Curve25519_PrivateKey{
    labeled_expand(kem_suite, prk, "sk", {}, private_key_size)};
}

/// Section 4.1: the Diffie-Hellman step and ExtractAndExpand of Encap and
/// Decap.
expected<secret> shared_secret(const Botan::Curve25519_PrivateKey& own,
                               byte_view other, byte_view encapsulated,
                               byte_view recipient) {
  const auto dh = own.agree(other.data(), other.size());
  // Section 7.1.4 requires this check; the library does not make it.
  const secret zero(dh.size());
  if (constant_time_equal(dh, zero))
    return fail(errc::invalid_key, "X25519 public key of low order");
  secret kem_context;
  append(kem_context, encapsulated);
  append(kem_context, recipient);
  const auto prk = labeled_extract(kem_suite, {}, "eae_prk", dh);
  return labeled_expand(kem_suite, prk, "shared_secret", kem_context,
                        shared_secret_size);
}

struct aead_context {
  secret key;
  secret nonce;
};

/// Section 5.1: KeySchedule in base mode. The first and only message uses the
/// base nonce as it is.
aead_context key_schedule(const secret& shared, byte_view info) {
  const auto psk_id_hash = labeled_extract(hpke_suite, {}, "psk_id_hash", {});
  const auto info_hash = labeled_extract(hpke_suite, {}, "info_hash", info);
  secret context{mode_base};
  append(context, psk_id_hash);
  append(context, info_hash);
  const auto prk = labeled_extract(hpke_suite, shared, "secret", {});
  return {
    labeled_expand(hpke_suite, prk, "key", context, aead_key_size),
    labeled_expand(hpke_suite, prk, "base_nonce", context, aead_nonce_size)};
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
  const auto ephemeral = derive_key_pair(rng.random_vec(private_key_size));
  auto result = ephemeral.public_value();
  const auto shared = shared_secret(ephemeral, recipient, result, recipient);
  if (!shared)
    return tl::unexpected{shared.error()};
  secret buffer{plaintext.begin(), plaintext.end()};
  apply(Botan::ENCRYPTION, key_schedule(*shared, info), aad, buffer);
  result.insert(result.end(), buffer.begin(), buffer.end());
  return result;
}

expected<bytes> open(const Botan::Curve25519_PrivateKey& recipient,
                     byte_view info, byte_view aad, byte_view sealed) {
  if (sealed.size() < overhead)
    return fail(errc::decryption_failed, "sealed bytes are too short");
  const auto encapsulated = sealed.first(public_key_size);
  const auto shared = shared_secret(recipient, encapsulated, encapsulated,
                                    recipient.public_value());
  if (!shared)
    return fail(errc::decryption_failed, shared.error().detail);
  const auto ciphertext = sealed.subspan(public_key_size);
  secret buffer{ciphertext.begin(), ciphertext.end()};
  try {
    apply(Botan::DECRYPTION, key_schedule(*shared, info), aad, buffer);
  } catch (const Botan::Invalid_Authentication_Tag&) {
    return fail(errc::decryption_failed, "authentication tag does not match");
  }
  return bytes{buffer.begin(), buffer.end()};
}

} // namespace carillon::secp2psip::hpke
