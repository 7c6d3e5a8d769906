#include "protocols/identity/address_of_record.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

TEST(address_of_record, takes_the_permitted_characters) {
  for (auto text : {"a", "alice", "0", "a.b_c-d+e", ".", "-"})
    EXPECT_TRUE(validate_user(text)) << text;
  EXPECT_TRUE(validate_user(std::string(64, 'a')));
}

TEST(address_of_record, refuses_everything_else) {
  using namespace std::literals;
  for (auto text : {""sv, "Alice"sv, "al ice"sv, "al@ice"sv, "alice\0"sv,
                    "\xc3\xa4"sv, "a/b"sv, "a%20"sv, "a:b"sv, "a\n"sv})
    EXPECT_EQ(code_of(validate_user(text)), errc::invalid_name) << text;
  EXPECT_EQ(code_of(validate_user(std::string(65, 'a'))), errc::invalid_name);
}

TEST(address_of_record, refuses_bad_domains) {
  for (auto text : {"example.org", "a", "1.2", "x-y.z", "localhost"})
    EXPECT_TRUE(validate_domain(text)) << text;
  for (auto text :
       {"", ".", "a.", ".a", "a..b", "-a", "a-", "A.org", "a_b", "a b", "a@b"})
    EXPECT_EQ(code_of(validate_domain(text)), errc::invalid_name) << text;
  EXPECT_FALSE(validate_domain(std::string(64, 'a')));
  std::string longest(63, 'a');
  EXPECT_TRUE(validate_domain(longest));
  while (longest.size() <= 253)
    longest += ".a";
  EXPECT_FALSE(validate_domain(longest));
}

TEST(address_of_record, is_read_for_its_ring_only) {
  const auto aor =
    must(parse_address_of_record("alice@example.org", "example.org"));
  EXPECT_EQ(aor, (address_of_record{"alice", "example.org"}));
  EXPECT_EQ(to_string(aor), "alice@example.org");
  EXPECT_EQ(
    code_of(parse_address_of_record("alice@example.com", "example.org")),
    errc::foreign_domain);
  EXPECT_EQ(
    code_of(parse_address_of_record("alice@EXAMPLE.org", "example.org")),
    errc::foreign_domain);
  EXPECT_EQ(
    code_of(parse_address_of_record("alice@b@example.org", "example.org")),
    errc::foreign_domain);
  EXPECT_EQ(code_of(parse_address_of_record("alice", "example.org")),
            errc::invalid_name);
  EXPECT_EQ(code_of(parse_address_of_record("@example.org", "example.org")),
            errc::invalid_name);
}

TEST(address_of_record, has_a_key_for_its_location_and_for_each_share) {
  const address_of_record aor{"alice", "example.org"};
  EXPECT_EQ(location_key_text(aor), "alice@example.org");
  EXPECT_EQ(share_key_text(aor, 8), "alice@example.org.8");
  EXPECT_EQ(location_key(aor),
            chord::ring_id::hash(as_bytes("alice@example.org")));
  EXPECT_EQ(share_key(aor, 254),
            chord::ring_id::hash(as_bytes("alice@example.org.254")));
}
