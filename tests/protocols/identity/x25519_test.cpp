#include "protocols/identity/x25519.hpp"
#include "tests/support/must.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace carillon::identity;
using test::must;

namespace {

// RFC 7748 section 6.1.
const auto alice_private = must(
  from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
const auto alice_public = must(
  from_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
const auto bob_private = must(
  from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
const auto bob_public = must(
  from_hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
const auto secret = must(
  from_hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));

} // namespace

TEST(x25519, agrees_as_in_the_rfc) {
  EXPECT_EQ(to_bytes(x25519::public_point(alice_private)), alice_public);
  EXPECT_EQ(to_bytes(x25519::public_point(bob_private)), bob_public);
  EXPECT_EQ(to_bytes(must(x25519::agree(alice_private, bob_public))), secret);
  EXPECT_EQ(to_bytes(must(x25519::agree(bob_private, alice_public))), secret);
}

TEST(x25519, refuses_points_that_give_a_secret_of_zeros) {
  bytes zero(x25519::key_size);
  bytes one(x25519::key_size);
  one.front() = 1;
  for (const auto& low : {zero, one}) {
    const auto agreed = x25519::agree(alice_private, low);
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().code, errc::invalid_key);
  }
}
