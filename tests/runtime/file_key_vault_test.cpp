#include "runtime/file_key_vault.hpp"
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
  EXPECT_EQ(none.error().code, errc::no_such_record);
  EXPECT_NE(none.error().detail.find("carillon pki user"), std::string::npos);
}
