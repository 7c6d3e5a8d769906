#include "protocols/identity/public_key.hpp"

#include "protocols/identity/defaults.hpp"

#include <botan/curve25519.h>
#include <botan/ed25519.h>
#include <botan/pubkey.h>
#include <botan/rng.h>
#include <botan/rsa.h>
#include <botan/x509_key.h>

#include <algorithm>
#include <array>

namespace carillon::identity {

namespace {

/// 32 bytes, little-endian, as RFC 8032 encodes numbers.
using little_endian = std::array<uint8_t, 32>;

/// The field's prime, 2^255 - 19 (RFC 8032 section 5.1).
constexpr auto field_prime = [] {
  little_endian result;
  result.fill(0xff);
  result.front() = 0xed;
  result.back() = 0x7f;
  return result;
}();

/// The order of the base point (RFC 8032 section 5.1).
constexpr little_endian group_order{
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/// The y coordinates of the points whose order divides 8: with such a key
/// anybody can make signatures that verify.
constexpr std::array<little_endian, 5> low_order_points{{
  {0x00},
  {0x01},
  {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
  {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
   0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
   0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
  {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
   0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
   0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

/// Bytes of an Ed25519 signature: R and S (RFC 8032 section 5.1.6).
constexpr size_t ed25519_signature_size = 64;

bool less(const little_endian& lhs, const little_endian& rhs) {
  return std::lexicographical_compare(lhs.rbegin(), lhs.rend(), rhs.rbegin(),
                                      rhs.rend());
}

little_endian read_little_endian(byte_view data) {
  little_endian result;
  std::copy(data.begin(), data.end(), result.begin());
  return result;
}

expected<void> check_ed25519(const Botan::Ed25519_PublicKey& key) {
  auto y = read_little_endian(key.get_public_key());
  // The top bit is the sign of x.
  y.back() &= 0x7f;
  // Botan takes both without complaint.
  if (!less(y, field_prime))
    return fail(errc::invalid_key, "Ed25519 point is not canonical");
  if (std::find(low_order_points.begin(), low_order_points.end(), y)
      != low_order_points.end())
    return fail(errc::invalid_key, "Ed25519 point is of low order");
  return {};
}

expected<void> check_x25519(const Botan::Curve25519_PublicKey& key) {
  const auto point = key.public_value();
  // Every private key is a multiple of 8, so any of them finds out points
  // that give a secret of all zeros.
  constexpr little_endian any_scalar{0x08};
  little_endian secret;
  Botan::curve25519_donna(secret.data(), any_scalar.data(), point.data());
  if (secret == little_endian{})
    return fail(errc::invalid_key, "X25519 point is of low order");
  return {};
}

expected<void> check_rsa(const Botan::RSA_PublicKey& key) {
  if (auto ok = validate_rsa_bits(key.get_n().bits()); !ok)
    return ok;
  if (key.get_e().bits() > defaults::max_rsa_exponent_bits)
    return fail(errc::invalid_key, "RSA public exponent is too large");
  return {};
}

/// Finds the suite and runs its own check.
expected<suite> check_algorithm(const Botan::Public_Key& key, key_use use) {
  if (const auto* ed = dynamic_cast<const Botan::Ed25519_PublicKey*>(&key);
      ed && use == key_use::signature)
    return check_ed25519(*ed).map([] { return suite::ed25519_x25519; });
  if (const auto* x = dynamic_cast<const Botan::Curve25519_PublicKey*>(&key);
      x && use == key_use::encryption)
    return check_x25519(*x).map([] { return suite::ed25519_x25519; });
  if (const auto* rsa = dynamic_cast<const Botan::RSA_PublicKey*>(&key))
    return check_rsa(*rsa).map([] { return suite::rsa; });
  return fail(errc::unsupported_suite, key.algo_name() + " key");
}

/// Botan ignores the upper half of S, so that a signature could be altered and
/// still verify (RFC 8032 section 5.1.7 step 1 forbids it).
bool is_canonical_ed25519_signature(byte_view signature) {
  return signature.size() == ed25519_signature_size
    && less(read_little_endian(signature.subspan(32)), group_order);
}

} // namespace

public_key::public_key(bytes spki, identity::suite suite, key_use use,
                       std::shared_ptr<const Botan::Public_Key> key)
  : spki_(std::move(spki))
  , id_(fingerprint::of(spki_))
  , suite_(suite)
  , use_(use)
  , key_(std::move(key)) {}

expected<public_key> public_key::parse(byte_view spki, key_use use) {
  if (spki.size() > defaults::max_public_key)
    return fail(errc::too_large,
                "public key of " + std::to_string(spki.size())
                  + " bytes, limit "
                  + std::to_string(defaults::max_public_key));
  try {
    auto copy = to_bytes(spki);
    std::shared_ptr<const Botan::Public_Key> key{Botan::X509::load_key(copy)};
    if (Botan::X509::BER_encode(*key) != copy)
      return fail(errc::malformed, "public key is not canonical DER");
    auto kind = check_algorithm(*key, use);
    if (!kind)
      return tl::unexpected{kind.error()};
    Botan::Null_RNG no_rng;
    if (!key->check_key(no_rng, false))
      return fail(errc::invalid_key, "public key fails its consistency check");
    return public_key{std::move(copy), *kind, use, std::move(key)};
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "public key");
  }
}

expected<void> public_key::verify(byte_view message,
                                  byte_view signature) const {
  const auto rsa = suite_ == suite::rsa;
  if (use_ != key_use::signature)
    return fail(errc::invalid_signature, "the key is for encryption");
  if (!rsa && !is_canonical_ed25519_signature(signature))
    return fail(errc::invalid_signature);
  try {
    Botan::PK_Verifier check{*key_, rsa ? "EMSA4(SHA-256,MGF1,32)" : "Pure"};
    if (check.verify_message(message.data(), message.size(), signature.data(),
                             signature.size()))
      return {};
  } catch (const Botan::Exception&) {
    // A signature of a wrong size counts as a wrong one.
  }
  return fail(errc::invalid_signature);
}

} // namespace carillon::identity
