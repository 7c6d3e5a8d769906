#include "runtime/file_key_vault.hpp"
#include "runtime/pki_authority.hpp"
#include "runtime/pki_keys.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using identity::identity_mode;

TEST(file_key_vault, makes_keys_once) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::ad_hoc};
  const auto made = vault.load_or_make("alice");
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->predecessor, nullptr);
  file_key_vault later{directory.path(), identity_mode::ad_hoc};
  const auto loaded = later.load_or_make("alice");
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->keys->public_half(), (*made)->keys->public_half());
}

TEST(file_key_vault, gives_the_keys_before_a_rotation) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::ad_hoc};
  const auto before = vault.load_or_make("alice");
  ASSERT_TRUE(before);
  Botan::AutoSeeded_RNG rng;
  ASSERT_TRUE(rotate_user_keys(*user_paths(directory.path(), "alice"),
                               identity::suite::ed25519_x25519, rng));
  const auto after = vault.load_or_make("alice");
  ASSERT_TRUE(after);
  ASSERT_NE((*after)->predecessor, nullptr);
  EXPECT_EQ((*after)->predecessor->public_half(),
            (*before)->keys->public_half());
  EXPECT_NE((*after)->keys->public_half(), (*before)->keys->public_half());
}

TEST(file_key_vault, counts_the_keys_of_a_user) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::ad_hoc};
  Botan::AutoSeeded_RNG rng;
  const auto files = *user_paths(directory.path(), "alice");
  for (uint64_t epoch = 1; epoch <= 3; ++epoch) {
    const auto loaded = vault.load_or_make("alice");
    ASSERT_TRUE(loaded);
    EXPECT_EQ((*loaded)->epoch, epoch);
    ASSERT_TRUE(
      vault.forget_predecessor("alice", (*loaded)->keys->public_half().id()));
    ASSERT_TRUE(rotate_user_keys(files, identity::suite::ed25519_x25519, rng));
  }
}

TEST(file_key_vault, forgets_the_keys_before_a_rotation) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::ad_hoc};
  ASSERT_TRUE(vault.load_or_make("alice"));
  Botan::AutoSeeded_RNG rng;
  const auto files = *user_paths(directory.path(), "alice");
  ASSERT_TRUE(rotate_user_keys(files, identity::suite::ed25519_x25519, rng));
  const auto rotated = vault.load_or_make("alice");
  ASSERT_TRUE(rotated);
  // The ring has taken others.
  ASSERT_TRUE(vault.forget_predecessor(
    "alice", (*rotated)->predecessor->public_half().id()));
  EXPECT_TRUE(std::filesystem::exists(files.old_keys));
  ASSERT_TRUE(
    vault.forget_predecessor("alice", (*rotated)->keys->public_half().id()));
  EXPECT_FALSE(std::filesystem::exists(files.old_keys));
  EXPECT_EQ((*vault.load_or_make("alice"))->predecessor, nullptr);
}

TEST(file_key_vault, refuses_an_epoch_that_is_no_number) {
  EXPECT_EQ(*read_epoch("-----BEGIN PRIVATE KEY-----"), 1u);
  EXPECT_EQ(*read_epoch("Epoch: 7\n-----BEGIN"), 7u);
  EXPECT_EQ(*read_epoch(epoch_header(12)), 12u);
  for (const auto* text : {"Epoch: \n", "Epoch: 0\n", "Epoch: -1\n",
                           "Epoch: 2x\n", "Epoch: 18446744073709551616\n"})
    EXPECT_FALSE(read_epoch(text)) << text;
}

TEST(file_key_vault, makes_no_keys_for_names_that_are_no_names) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::ad_hoc};
  EXPECT_FALSE(vault.load_or_make("../alice"));
}

TEST(file_key_vault, makes_no_keys_in_enrolled_mode) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::enrolled};
  const auto none = vault.load_or_make("alice");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::missing_keys);
  EXPECT_NE(none.error().detail.find("carillon pki user"), std::string::npos);
}

TEST(file_key_vault, loads_no_keys_that_are_not_there) {
  const test::temporary_directory directory;
  file_key_vault vault{directory.path(), identity_mode::ad_hoc};
  const auto none = vault.load("alice");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::missing_keys);
  EXPECT_NE(none.error().detail.find("alice.keys.pem"), std::string::npos);
  EXPECT_NE(none.error().detail.find("carillon pki import"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "users"));
  ASSERT_TRUE(vault.load_or_make("alice"));
  EXPECT_TRUE(vault.load("alice"));
}

TEST(file_key_vault, wants_a_new_certificate_after_a_rotation) {
  const test::temporary_directory directory;
  const auto ca = directory.path() / "ca";
  constexpr auto kind = identity::suite::ed25519_x25519;
  constexpr timestamp now{std::chrono::days{20'000}};
  const identity::validity when{now - std::chrono::hours{1},
                                now + std::chrono::hours{1}};
  Botan::AutoSeeded_RNG rng;
  ASSERT_TRUE(make_authority(ca, "authority", kind, when, rng));
  const auto certify = [&] {
    return make_user(ca, directory.path(), {"alice", "example.org"}, kind, when,
                     rng);
  };
  ASSERT_TRUE(certify());
  file_key_vault vault{directory.path(), identity_mode::enrolled};
  ASSERT_TRUE(vault.load("alice"));
  ASSERT_TRUE(
    rotate_user_keys(*user_paths(directory.path(), "alice"), kind, rng));
  const auto stale = vault.load("alice");
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, errc::name_mismatch);
  EXPECT_NE(stale.error().detail.find("carillon pki user"), std::string::npos);
  ASSERT_TRUE(certify());
  EXPECT_TRUE(vault.load("alice"));
}
