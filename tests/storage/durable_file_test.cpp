#include "storage/durable_file.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <string>

namespace carillon::storage {

namespace {

namespace fs = std::filesystem;

constexpr mode_t mode = 0600;

size_t count_files(const fs::path& directory) {
  return static_cast<size_t>(
    std::distance(fs::directory_iterator{directory}, fs::directory_iterator{}));
}

TEST(durable_file, is_written_replaced_and_read_back) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "file";
  for (const auto* text : {"first", "", "second"}) {
    ASSERT_TRUE(write_file_durably(path, as_bytes(text), mode));
    EXPECT_EQ(read_file(path, 100), to_bytes(text));
  }
  EXPECT_EQ(count_files(directory.path()), 1U);
}

TEST(durable_file, has_exactly_the_given_mode) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "file";
  for (const mode_t wanted : {0600U, 0644U}) {
    ASSERT_TRUE(write_file_durably(path, as_bytes("text"), wanted));
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, wanted);
  }
}

TEST(durable_file, a_missing_directory_is_reported_with_the_path) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "missing" / "file";
  const auto written = write_file_durably(path, as_bytes("text"), mode);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, errc::storage_failed);
  EXPECT_NE(written.error().detail.find(path.string()), std::string::npos);
}

TEST(durable_file, a_failed_write_leaves_nothing_behind) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "taken";
  fs::create_directory(path);
  EXPECT_FALSE(write_file_durably(path, as_bytes("text"), mode));
  EXPECT_EQ(count_files(directory.path()), 1U);
}

TEST(durable_file, a_missing_file_is_no_such_record) {
  const test::temporary_directory directory;
  const auto content = read_file(directory.path() / "file", 100);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, errc::no_such_record);
}

TEST(durable_file, a_file_above_the_limit_is_too_large) {
  const test::temporary_directory directory;
  const auto path = directory.path() / "file";
  ASSERT_TRUE(write_file_durably(path, as_bytes("12345"), mode));
  EXPECT_TRUE(read_file(path, 5));
  const auto content = read_file(path, 4);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, errc::too_large);
}

TEST(durable_file, a_directory_cannot_be_read_as_a_file) {
  const test::temporary_directory directory;
  const auto content = read_file(directory.path(), 100);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, errc::storage_failed);
}

} // namespace

} // namespace carillon::storage
