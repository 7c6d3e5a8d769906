#include "protocols/identity/key_pair.hpp"

#include <botan/pkcs8.h>
#include <botan/rsa.h>

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

TEST(key_pair, signs_with_both_suites) {
  auto rng = make_rng(3);
  const auto message = to_bytes("message");
  for (auto kind : {suite::ed25519_x25519, suite::rsa}) {
    const auto keys = must(key_pair::generate(kind, rng));
    EXPECT_EQ(keys.suite(), kind);
    const auto signature = must(keys.sign(message, rng));
    const auto& key = keys.public_half().signature;
    EXPECT_TRUE(key.verify(message, signature));
    EXPECT_FALSE(key.verify(to_bytes("massage"), signature));
    EXPECT_FALSE(key.verify(message, bytes(signature.size())));
    EXPECT_FALSE(key.verify(message, {}));
  }
}

TEST(key_pair, refuses_rsa_outside_its_limits) {
  auto rng = make_rng(3);
  const auto small = key_pair::generate(suite::rsa, rng, 1024);
  ASSERT_EQ(code_of(small), errc::weak_key);
  EXPECT_EQ(small.error().detail,
            "RSA key of 1024 bits, at least 2048 are required");
  EXPECT_EQ(code_of(key_pair::generate(suite::rsa, rng, 16384)),
            errc::too_large);
  EXPECT_EQ(code_of(key_pair::generate(suite::rsa, rng, 2049)),
            errc::invalid_key);
}

TEST(key_pair, survives_a_file) {
  auto rng = make_rng(3);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto again = must(key_pair::from_pem(keys.to_pem(), rng));
  EXPECT_EQ(again.public_half(), keys.public_half());
  EXPECT_EQ(must(again.sign(to_bytes("x"), rng)),
            must(keys.sign(to_bytes("x"), rng)));
}

TEST(key_pair, is_encrypted_under_a_passphrase) {
  auto rng = make_rng(3);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto pem = must(keys.to_encrypted_pem("correct horse", rng));
  EXPECT_EQ(pem.find("BEGIN PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(must(key_pair::from_pem(pem, rng, "correct horse")).public_half(),
            keys.public_half());
  EXPECT_EQ(code_of(key_pair::from_pem(pem, rng, "wrong horse")),
            errc::bad_passphrase);
  EXPECT_EQ(code_of(key_pair::from_pem(pem, rng)), errc::bad_passphrase);
  EXPECT_EQ(code_of(keys.to_encrypted_pem("", rng)), errc::bad_passphrase);
}

TEST(key_pair, refuses_damaged_files) {
  auto rng = make_rng(3);
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto others = must(key_pair::generate(suite::rsa, rng));
  const auto pem = keys.to_pem();
  const auto second = pem.find("-----BEGIN", 1);
  EXPECT_EQ(code_of(key_pair::from_pem("", rng)), errc::malformed);
  EXPECT_EQ(code_of(key_pair::from_pem(pem.substr(0, second), rng)),
            errc::malformed);
  EXPECT_EQ(code_of(key_pair::from_pem(pem.substr(second), rng)),
            errc::malformed);
  EXPECT_EQ(code_of(key_pair::from_pem(std::string(100'000, 'x'), rng)),
            errc::too_large);
  // An Ed25519 key and an RSA key.
  EXPECT_EQ(
    code_of(key_pair::from_pem(pem.substr(0, second) + others.to_pem(), rng)),
    errc::unsupported_suite);
}

TEST(key_pair, refuses_a_file_of_small_rsa_keys) {
  auto rng = make_rng(3);
  const Botan::RSA_PrivateKey small{rng, 1024};
  const auto pem = Botan::PKCS8::PEM_encode(small);
  EXPECT_EQ(code_of(key_pair::from_pem(pem + pem, rng)), errc::weak_key);
}
