#include "protocols/cluster/signed_message.hpp"
#include "tests/support/keys.hpp"
#include "tests/support/must.hpp"

#include <gtest/gtest.h>

namespace carillon::cluster {

namespace {

class signed_message : public testing::Test {
public:
  signed_message() {
    beat said;
    said.proposal = view{{1, 2}, {{7, "one", "10.0.0.1:7490"}}, {{7, 0, 1}}};
    what = {5, 7, 1, said};
  }

  bytes sign(const identity::key_pair& by) {
    return test::must(sign_message(encode(what), ring, by, rng));
  }

  [[nodiscard]] expected<message> open(const bytes& signature) const {
    return open_message(encode(what), signature, ring,
                        keys.public_half().signature);
  }

  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  identity::key_pair keys = test::make_keys(1);
  identity::fingerprint ring =
    identity::fingerprint::of(as_bytes(std::string_view{"ring"}));
  message what;
};

} // namespace

TEST_F(signed_message, with_a_view_is_believed_when_the_node_has_signed_it) {
  const auto got = open(sign(keys));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(*got, what);
}

TEST_F(signed_message, with_a_view_is_not_believed_from_anybody_else) {
  for (const auto& signature : {bytes{}, sign(test::make_keys(2))}) {
    const auto got = open(signature);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::invalid_signature);
  }
}

TEST_F(signed_message, is_good_for_its_ring_and_its_content_only) {
  const auto signature = sign(keys);
  ring = identity::fingerprint::of(as_bytes(std::string_view{"another"}));
  EXPECT_FALSE(open(signature));
  ring = identity::fingerprint::of(as_bytes(std::string_view{"ring"}));
  std::get<beat>(what.body).proposal->seats[0].incarnation = 2;
  EXPECT_FALSE(open(signature));
}

TEST_F(signed_message, needs_no_signature_without_a_view) {
  std::get<beat>(what.body).proposal.reset();
  EXPECT_TRUE(open({}));
  what.body = vote{};
  EXPECT_TRUE(open({}));
}

} // namespace carillon::cluster
