#include "protocols/secp2psip/seal.hpp"
#include "tests/protocols/secp2psip/parties.hpp"

using namespace carillon;
using namespace carillon::secp2psip;
using identity::suite;

namespace {

class seal_with : public testing::TestWithParam<suite> {
protected:
  Botan::ChaCha_RNG rng = test::make_rng();
  local_user bob = test::make_user("bob", GetParam());
  const identity::public_key& key = bob.keys->public_half().encryption;
  const bytes context = to_bytes("context");
  const bytes plaintext = to_bytes("plaintext");

  expected<bytes> open(const bytes& sealed) {
    return open_sealed(*bob.keys, context, sealed, rng);
  }
};

} // namespace

TEST_P(seal_with, opens_what_was_sealed) {
  const auto sealed = seal(key, context, plaintext, rng);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(open(*sealed), plaintext);
}

TEST_P(seal_with, seals_the_same_plaintext_differently) {
  EXPECT_NE(seal(key, context, plaintext, rng),
            seal(key, context, plaintext, rng));
}

TEST_P(seal_with, refuses_altered_bytes_and_truncations) {
  const auto sealed = *seal(key, context, plaintext, rng);
  // Every operation with an RSA key takes a millisecond.
  const size_t step = GetParam() == suite::rsa ? 13 : 1;
  for (size_t i = 0; i < sealed.size(); i += step) {
    auto altered = sealed;
    altered[i] ^= 0x80;
    const auto result = open(altered);
    ASSERT_FALSE(result) << i;
    EXPECT_EQ(result.error().code, errc::decryption_failed);
    const auto shorter = open({sealed.begin(), sealed.begin() + int(i)});
    ASSERT_FALSE(shorter) << i;
    EXPECT_EQ(shorter.error().code, errc::decryption_failed);
  }
}

TEST_P(seal_with, refuses_another_context_or_recipient) {
  const auto sealed = *seal(key, context, plaintext, rng);
  EXPECT_FALSE(open_sealed(*bob.keys, as_bytes("other"), sealed, rng));
  EXPECT_FALSE(open_sealed(*bob.keys, {}, sealed, rng));
  const auto carol = test::make_user("carol");
  EXPECT_FALSE(open_sealed(*carol.keys, context, sealed, rng));
}

TEST_P(seal_with, refuses_to_seal_to_a_signature_key) {
  const auto result =
    seal(bob.keys->public_half().signature, context, plaintext, rng);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, errc::invalid_key);
}

INSTANTIATE_TEST_SUITE_P(suites, seal_with,
                         testing::Values(suite::ed25519_x25519, suite::rsa),
                         [](const auto& test) {
                           return test.param == suite::rsa ? "rsa" : "x25519";
                         });
