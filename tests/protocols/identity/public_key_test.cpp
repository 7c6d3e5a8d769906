#include "protocols/identity/public_key.hpp"

#include <botan/rsa.h>

#include "fixture.hpp"
#include <fstream>
#include <sstream>

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

/// A SubjectPublicKeyInfo of 32 key bytes (RFC 8410 section 4).
bytes spki(uint8_t oid, std::string_view key) {
  auto result = must(from_hex("302a300506032b6500032100"));
  result[8] = oid;
  const auto raw = must(from_hex(key));
  result.insert(result.end(), raw.begin(), raw.end());
  return result;
}

bytes ed25519_spki(std::string_view key) {
  return spki(0x70, key);
}

bytes x25519_spki(std::string_view key) {
  return spki(0x6e, key);
}

expected<public_key> parse_signature_key(const bytes& data) {
  return public_key::parse(data, key_use::signature);
}

} // namespace

TEST(public_key, verifies_the_vectors_of_rfc_8032) {
  std::ifstream file{CARILLON_TEST_DATA "/ed25519.txt"};
  size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#'))
      continue;
    std::istringstream fields{line};
    std::string key, message, signature;
    fields >> key >> message >> signature;
    const auto parsed = must(parse_signature_key(ed25519_spki(key)));
    const auto text = message == "-" ? bytes{} : must(from_hex(message));
    auto signed_bytes = must(from_hex(signature));
    EXPECT_TRUE(parsed.verify(text, signed_bytes)) << key;
    signed_bytes[3] ^= 1;
    EXPECT_EQ(code_of(parsed.verify(text, signed_bytes)),
              errc::invalid_signature);
    ++count;
  }
  EXPECT_EQ(count, 3u);
}

TEST(public_key, refuses_a_signature_whose_s_is_not_reduced) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto message = to_bytes("message");
  auto signature = must(keys.sign(message, rng));
  ASSERT_TRUE(keys.public_half().signature.verify(message, signature));
  // S + L verifies as well when nobody looks.
  const auto order = must(from_hex(
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"));
  unsigned carry = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    carry += signature[32 + i] + order[i];
    signature[32 + i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  EXPECT_EQ(code_of(keys.public_half().signature.verify(message, signature)),
            errc::invalid_signature);
}

TEST(public_key, refuses_ed25519_points_of_low_order) {
  for (auto key :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"})
    EXPECT_EQ(code_of(parse_signature_key(ed25519_spki(key))),
              errc::invalid_key)
      << key;
}

TEST(public_key, refuses_ed25519_points_that_are_not_canonical) {
  // p + 3 in the place of 3.
  EXPECT_EQ(
    code_of(parse_signature_key(ed25519_spki(
      "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"))),
    errc::invalid_key);
}

TEST(public_key, refuses_x25519_points_of_low_order) {
  // RFC 7748 section 6.1 and the points of order 8.
  for (auto key :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"})
    EXPECT_EQ(code_of(public_key::parse(x25519_spki(key), key_use::encryption)),
              errc::invalid_key)
      << key;
}

TEST(public_key, looks_at_no_parameters_of_other_algorithms) {
  // An elliptic curve (RFC 5480 section 2.1.1) whose parameters are empty: an
  // attacker would give some that take long to check.
  const auto curve = must(from_hex("3011300b06072a8648ce3d0201300003020004"));
  EXPECT_EQ(code_of(parse_signature_key(curve)), errc::unsupported_suite);
}

TEST(public_key, serves_one_use) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto& half = keys.public_half();
  EXPECT_EQ(
    code_of(public_key::parse(half.signature.spki(), key_use::encryption)),
    errc::unsupported_suite);
  EXPECT_EQ(code_of(parse_signature_key(half.encryption.spki())),
            errc::unsupported_suite);
}

TEST(public_key, refuses_small_rsa_and_says_why) {
  auto rng = make_rng(7);
  const Botan::RSA_PrivateKey small{rng, 1024};
  const auto result = parse_signature_key(small.subject_public_key());
  ASSERT_EQ(code_of(result), errc::weak_key);
  EXPECT_EQ(result.error().detail,
            "RSA key of 1024 bits, at least 2048 are required");
}

TEST(public_key, refuses_malformed_and_oversized_encodings) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto good = keys.public_half().signature.spki();
  EXPECT_EQ(code_of(parse_signature_key({})), errc::malformed);
  EXPECT_EQ(code_of(parse_signature_key(bytes(2000))), errc::too_large);
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_signature_key({good.begin(), good.begin() + size}));
  auto longer = good;
  longer.push_back(0);
  EXPECT_EQ(code_of(parse_signature_key(longer)), errc::malformed);
}

TEST(verifier, checks_each_signature_once) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto& key = keys.public_half().signature;
  const auto message = to_bytes("message");
  const auto signature = must(keys.sign(message, rng));
  verifier check;
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(check.verify(key, message, signature));
  EXPECT_EQ(check.checks(), 1u);
}

TEST(verifier, knows_what_another_one_has_found_good) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto& key = keys.public_half().signature;
  const auto message = to_bytes("message");
  const auto signature = must(keys.sign(message, rng));
  const auto bad = flipped(signature, 0, 1);
  const auto checked = std::make_shared<checked_signatures>(100);
  verifier first{checked};
  verifier second{checked};
  EXPECT_FALSE(first.verify(key, message, bad));
  EXPECT_TRUE(first.verify(key, message, signature));
  EXPECT_TRUE(second.verify(key, message, signature));
  EXPECT_EQ(second.checks(), 0u);
  // What was bad is looked at again.
  EXPECT_FALSE(second.verify(key, message, bad));
  EXPECT_EQ(second.checks(), 1u);
}

TEST(verifier, does_not_remember_what_is_shown_once) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto& key = keys.public_half().signature;
  const auto message = to_bytes("message");
  const auto signature = must(keys.sign(message, rng));
  verifier check;
  EXPECT_TRUE(check.verify(key, message, signature, recurrence::never));
  EXPECT_FALSE(
    check.verify(key, message, flipped(signature, 0, 1), recurrence::never));
  EXPECT_TRUE(check.verify(key, message, signature));
  EXPECT_EQ(check.checks(), 3u);
}

TEST(verifier, does_not_take_one_signature_for_another) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto others = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto message = to_bytes("message");
  const auto signature = must(keys.sign(message, rng));
  verifier check;
  ASSERT_TRUE(check.verify(keys.public_half().signature, message, signature));
  EXPECT_FALSE(
    check.verify(others.public_half().signature, message, signature));
  EXPECT_FALSE(
    check.verify(keys.public_half().signature, to_bytes("massage"), signature));
  EXPECT_FALSE(check.verify(keys.public_half().signature, message, {}));
}

TEST(verifier, remembers_a_key_for_its_use) {
  auto rng = make_rng(7);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto& spki_bytes = keys.public_half().signature.spki();
  verifier check;
  EXPECT_TRUE(check.key(spki_bytes, key_use::signature));
  EXPECT_TRUE(check.key(spki_bytes, key_use::signature));
  EXPECT_FALSE(check.key(spki_bytes, key_use::encryption));
}
