#include "protocols/identity/bounded_cache.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/security_mode.hpp"
#include "protocols/identity/suite.hpp"
#include "protocols/identity/tagged_bytes.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

TEST(fingerprint, is_sha_256) {
  // FIPS 180-2 appendix B.1.
  EXPECT_EQ(fingerprint::of(as_bytes("abc")).to_hex(),
            "ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad");
}

TEST(fingerprint, is_read_aloud_in_groups_of_four) {
  const auto id = fingerprint::of(as_bytes("abc"));
  EXPECT_EQ(id.to_groups().substr(0, 14), "ba78 16bf 8f01");
  EXPECT_EQ(id.to_groups().size(), 16 * 4 + 15);
  EXPECT_EQ(must(fingerprint::from_hex(id.to_groups())), id);
  EXPECT_EQ(must(fingerprint::from_hex(id.to_hex())), id);
}

TEST(fingerprint, refuses_other_lengths_and_characters) {
  const auto digits = fingerprint::of(as_bytes("abc")).to_hex();
  EXPECT_EQ(code_of(fingerprint::from_hex("")), errc::malformed);
  EXPECT_EQ(code_of(fingerprint::from_hex(digits + "0")), errc::malformed);
  EXPECT_EQ(code_of(fingerprint::from_hex("g" + digits.substr(1))),
            errc::malformed);
  EXPECT_EQ(code_of(fingerprint::from_hex(std::string(100'000, ' '))),
            errc::malformed);
  EXPECT_EQ(code_of(fingerprint::from_bytes(bytes(31))), errc::malformed);
}

TEST(suite, has_two_names) {
  for (auto value : {suite::ed25519_x25519, suite::rsa}) {
    EXPECT_EQ(must(parse_suite(to_string(value))), value);
    EXPECT_EQ(must(suite_from_number(static_cast<uint32_t>(value))), value);
  }
  EXPECT_EQ(code_of(parse_suite("RSA")), errc::unsupported_suite);
  EXPECT_EQ(code_of(suite_from_number(0)), errc::unsupported_suite);
  EXPECT_EQ(code_of(suite_from_number(257)), errc::unsupported_suite);
}

TEST(security_mode, has_two_names) {
  for (auto value :
       {security_mode::signed_mode, security_mode::protected_mode}) {
    EXPECT_EQ(must(parse_security_mode(to_string(value))), value);
    EXPECT_EQ(must(security_mode_from_number(static_cast<uint32_t>(value))),
              value);
  }
  EXPECT_EQ(code_of(parse_security_mode("none")), errc::wrong_mode);
  EXPECT_EQ(code_of(security_mode_from_number(0)), errc::wrong_mode);
}

TEST(tagged_bytes, keeps_fields_apart) {
  const auto one = tagged_bytes{"x"}.add(as_bytes("ab")).add(as_bytes("c"));
  const auto other = tagged_bytes{"x"}.add(as_bytes("a")).add(as_bytes("bc"));
  EXPECT_NE(one.data(), other.data());
  EXPECT_NE(tagged_bytes{"x"}.add(as_bytes("")).data(),
            tagged_bytes{"x"}.data());
}

TEST(bounded_cache, never_grows_beyond_its_capacity) {
  bounded_cache<int, int> cache{8};
  for (int i = 0; i < 1000; ++i) {
    cache.insert(i, i);
    ASSERT_LE(cache.size(), 8u);
  }
}

TEST(bounded_cache, keeps_what_is_used) {
  bounded_cache<int, int> cache{8};
  cache.insert(-1, 42);
  for (int i = 0; i < 1000; ++i) {
    cache.insert(i, i);
    const auto* used = cache.find(-1);
    ASSERT_TRUE(used);
    ASSERT_EQ(*used, 42);
  }
  EXPECT_FALSE(cache.find(0));
}
