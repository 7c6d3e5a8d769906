#include "protocols/identity/public_key.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/identity/ed25519.hpp"
#include "protocols/identity/x25519.hpp"

#include <botan/ber_dec.h>
#include <botan/curve25519.h>
#include <botan/ed25519.h>
#include <botan/pubkey.h>
#include <botan/rng.h>
#include <botan/rsa.h>
#include <botan/x509_key.h>

#include <algorithm>
#include <array>
#include <optional>

namespace carillon::identity {

namespace {

/// Gives the name of the algorithm that a SubjectPublicKeyInfo is for.
std::string algorithm_of(byte_view spki) {
  Botan::AlgorithmIdentifier algorithm;
  Botan::BER_Decoder{spki.data(), spki.size()}
    .start_cons(Botan::SEQUENCE)
    .decode(algorithm);
  return algorithm.get_oid().to_formatted_string();
}

bool is_of_a_suite(std::string_view algorithm) noexcept {
  return algorithm == "Ed25519" || algorithm == "Curve25519"
    || algorithm == "RSA";
}

/// Gives the point of an Ed25519 key; nothing for a key of another kind.
std::optional<ed25519::point> to_point(const Botan::Public_Key& key) {
  const auto* ed = dynamic_cast<const Botan::Ed25519_PublicKey*>(&key);
  if (ed == nullptr)
    return std::nullopt;
  ed25519::point result{};
  std::ranges::copy(ed->get_public_key(), result.begin());
  return result;
}

expected<void> check_x25519(const Botan::Curve25519_PublicKey& key) {
  const auto point = key.public_value();
  // Every private key is a multiple of 8, so any of them finds out points
  // that give a secret of all zeros.
  constexpr std::array<uint8_t, x25519::key_size> any_scalar{0x08};
  return x25519::agree(any_scalar, point).map([](const auto&) {});
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
  if (const auto point = to_point(key); point && use == key_use::signature) {
    if (!ed25519::is_usable(*point))
      return fail(errc::invalid_key,
                  "Ed25519 point is of low order or not canonical");
    return suite::ed25519_x25519;
  }
  if (const auto* x = dynamic_cast<const Botan::Curve25519_PublicKey*>(&key);
      x && use == key_use::encryption)
    return check_x25519(*x).map([] { return suite::ed25519_x25519; });
  if (const auto* rsa = dynamic_cast<const Botan::RSA_PublicKey*>(&key))
    return check_rsa(*rsa).map([] { return suite::rsa; });
  return fail(errc::unsupported_suite, key.algo_name() + " key");
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
    // The library works long on the parameters of some other algorithms.
    if (const auto name = algorithm_of(spki); !is_of_a_suite(name))
      return fail(errc::unsupported_suite, name + " key");
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
  if (use_ != key_use::signature)
    return fail(errc::invalid_signature, "the key is for encryption");
  if (const auto point = to_point(*key_)) {
    if (!ed25519::verify(*point, message, signature))
      return fail(errc::invalid_signature);
    return {};
  }
  try {
    Botan::PK_Verifier check{*key_, rsa_signature_scheme};
    if (check.verify_message(message.data(), message.size(), signature.data(),
                             signature.size()))
      return {};
  } catch (const Botan::Exception&) {
    // A signature of a wrong size counts as a wrong one.
  }
  return fail(errc::invalid_signature);
}

} // namespace carillon::identity
