#include "protocols/cluster/node_secrets.hpp"

#include <botan/chacha_rng.h>
#include <gtest/gtest.h>

namespace carillon::cluster {

namespace {

class cluster_secrets : public testing::Test {
public:
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  bytes secret = bytes(secret_size, 7);
  bytes question = bytes(16, 3);
  node_secrets sample{to_bytes("node"), to_bytes("bootstrap"), to_bytes("ring"),
                      bytes(32, 9),     to_bytes("ticket"),    6,
                      "example.org"};
  bytes sealed = seal_secrets(sample, question, secret, rng);
};

void expect_error(const expected<node_secrets>& got, errc code) {
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, code);
}

} // namespace

TEST_F(cluster_secrets, open_with_the_key_of_the_cluster) {
  const auto got = open_secrets(sealed, question, secret);
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(*got, sample);
}

TEST_F(cluster_secrets, are_told_apart_by_their_descriptions) {
  EXPECT_EQ(describe_secret(secret), describe_secret(secret));
  EXPECT_NE(describe_secret(secret), describe_secret(bytes(secret_size, 99)));
}

TEST_F(cluster_secrets, open_with_no_other_key) {
  expect_error(open_secrets(sealed, question, bytes(secret_size, 8)),
               errc::decryption_failed);
}

TEST_F(cluster_secrets, open_for_no_other_question) {
  expect_error(open_secrets(sealed, bytes(16, 4), secret),
               errc::decryption_failed);
}

TEST_F(cluster_secrets, are_refused_when_anything_was_changed) {
  for (size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] ^= 1U;
    expect_error(open_secrets(changed, question, secret),
                 errc::decryption_failed);
  }
  expect_error(open_secrets(byte_view{sealed}.first(10), question, secret),
               errc::malformed);
  expect_error(open_secrets(byte_view{sealed}.first(30), question, secret),
               errc::decryption_failed);
}

TEST_F(cluster_secrets, are_sealed_differently_each_time) {
  EXPECT_NE(seal_secrets(sample, question, secret, rng), sealed);
}

} // namespace carillon::cluster
