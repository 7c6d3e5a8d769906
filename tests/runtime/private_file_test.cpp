#include "runtime/private_file.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>

namespace carillon {

namespace {

namespace fs = std::filesystem;

constexpr auto owner_alone = fs::perms::owner_read | fs::perms::owner_write;

TEST(private_file, is_for_its_owner_alone) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "a" / "b" / "key";
  ASSERT_TRUE(write_private_file(path, "secret"));
  EXPECT_EQ(fs::status(path).permissions(), owner_alone);
  EXPECT_EQ(fs::status(path.parent_path()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(directory.path() / "a").permissions(),
            fs::perms::owner_all);
  EXPECT_EQ(read_private_file(path, 100), to_bytes("secret"));
}

TEST(private_file, replaces_a_file_of_any_mode) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "key";
  ASSERT_TRUE(write_private_file(path, "old"));
  fs::permissions(path, fs::perms::all);
  ASSERT_TRUE(write_private_file(path, "new"));
  EXPECT_EQ(fs::status(path).permissions(), owner_alone);
  EXPECT_EQ(read_private_file(path, 100), to_bytes("new"));
}

TEST(private_file, that_others_can_use_is_refused) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "key";
  ASSERT_TRUE(write_private_file(path, "secret"));
  for (const auto extra :
       {fs::perms::group_read, fs::perms::group_write, fs::perms::others_read,
        fs::perms::others_write, fs::perms::others_exec}) {
    fs::permissions(path, owner_alone | extra);
    const auto content = read_private_file(path, 100);
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, errc::storage_failed);
    EXPECT_NE(content.error().detail.find("chmod 600"), std::string::npos);
    EXPECT_EQ(content.error().detail.find("secret\n"), std::string::npos);
  }
}

TEST(private_file, that_is_missing_or_too_large_is_refused) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "key";
  EXPECT_EQ(read_private_file(path, 100).error().code, errc::no_such_record);
  ASSERT_TRUE(write_private_file(path, "secret"));
  EXPECT_EQ(read_private_file(path, 5).error().code, errc::too_large);
}

TEST(private_file, that_cannot_be_written_is_reported) {
  const test::temporary_directory directory;
  ASSERT_TRUE(write_private_file(directory.path() / "file", ""));
  const auto written =
    write_private_file(directory.path() / "file" / "key", "secret");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, errc::storage_failed);
}

} // namespace

} // namespace carillon
