#include "runtime/private_file.hpp"
#include "runtime/sip_users.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using enum sip::digest_algorithm;

TEST(sip_users, have_what_each_algorithm_makes_of_their_password) {
  const test::temporary_directory directory;
  const auto file = directory.path() / "password";
  ASSERT_TRUE(write_private_file(file, "secret\n"));
  sip_config settings;
  settings.users.push_back({"alice", "", file, {}, {}});
  const auto users = load_sip_users(settings, "example.org");
  ASSERT_TRUE(users);
  const auto& alice = users->at("alice");
  EXPECT_EQ(alice.algorithms, settings.digest);
  EXPECT_EQ(alice.ha1.at(md5),
            sip::make_ha1(md5, "alice", "example.org", "secret"));
  EXPECT_EQ(alice.ha1.at(sha256),
            sip::make_ha1(sha256, "alice", "example.org", "secret"));
}

TEST(sip_users, are_offered_only_what_their_ha1_is_for) {
  sip_config settings;
  const auto ha1 = sip::make_ha1(md5, "bob", "example.org", "secret");
  settings.users.push_back({"bob", ha1, {}, {}, {}});
  const auto users = load_sip_users(settings, "example.org");
  ASSERT_TRUE(users);
  EXPECT_EQ(users->at("bob").algorithms, std::vector{md5});
  EXPECT_EQ(users->at("bob").ha1.at(md5), ha1);
}

TEST(sip_users, without_a_readable_password_are_an_error) {
  sip_config settings;
  settings.users.push_back({"alice", "", "/nowhere", {}, {}});
  const auto users = load_sip_users(settings, "example.org");
  ASSERT_FALSE(users);
  EXPECT_EQ(users.error().code, errc::invalid_configuration);
  EXPECT_NE(users.error().detail.find("sip.user[0].password_file"),
            std::string::npos);
}
