#include "storage/defaults.hpp"
#include "storage/rocksdb_store.hpp"
#include "tests/storage/rocksdb_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

namespace carillon::storage {

namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

class rocksdb_store_test : public rocksdb_test {
protected:
  // Leaves a closed store whose log holds many records of two log blocks.
  void fill() {
    const auto store = open();
    for (int i = 0; i < 100; ++i)
      ASSERT_TRUE(put(*store, std::to_string(i), std::string(1000, 'v')));
  }

  // Finds the largest file with this extension or name.
  [[nodiscard]] fs::path find(std::string_view what) const {
    fs::path found;
    for (const auto& file : fs::directory_iterator{path()}) {
      const auto name = file.path().filename().string();
      if (!name.ends_with(what) && !name.starts_with(what))
        continue;
      if (found.empty() || file.file_size() > fs::file_size(found))
        found = file.path();
    }
    return found;
  }

  // Turns over 16 bytes at a place between 0 (begin) and 1 (end) of a file.
  static void damage(const fs::path& file, double place) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    const auto at = static_cast<std::streamoff>(
      place * static_cast<double>(fs::file_size(file)));
    std::array<char, 16> part{};
    stream.seekg(at);
    stream.read(part.data(), part.size());
    stream.clear();
    for (auto& byte : part)
      byte = static_cast<char>(~byte);
    stream.seekp(at);
    stream.write(part.data(), part.size());
    ASSERT_TRUE(stream.good());
  }

  static std::string content(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream result;
    result << stream.rdbuf();
    return result.str();
  }
};

TEST_F(rocksdb_store_test, a_new_directory_is_for_its_owner_alone) {
  const auto store = open();
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(rocksdb_store_test, records_survive_closing_and_opening) {
  ASSERT_TRUE(put(*open(), "key", "value"));
  EXPECT_EQ(get(*open(), "key"), "value");
}

TEST_F(rocksdb_store_test, buffered_records_survive_closing_and_opening) {
  write_batch batch;
  batch.put(table::node, to_bytes("key"), to_bytes("value"));
  ASSERT_TRUE(open()->apply(batch, durability::buffered));
  EXPECT_EQ(get(*open(), "key", table::node), "value");
}

TEST_F(rocksdb_store_test, a_creation_that_was_cut_short_is_made_again) {
  open();
  // The version file is the last step of a creation.
  fs::remove(path() / "FORMAT");
  ASSERT_TRUE(put(*open(), "key", "value"));
  EXPECT_EQ(get(*open(), "key"), "value");
}

TEST_F(rocksdb_store_test, a_store_of_a_newer_format_is_refused) {
  fill();
  const auto newer = std::to_string(defaults::format_version + 1);
  std::ofstream{path() / "FORMAT"} << "carillon store format " << newer << "\n";
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::unsupported_version);
  EXPECT_THAT(err.detail,
              AllOf(HasSubstr(path().string()), HasSubstr("format " + newer),
                    HasSubstr("use the newer program")));
}

TEST_F(rocksdb_store_test, a_damaged_version_file_is_reported) {
  fill();
  for (const auto* text :
       {"", "1", "carillon store format \n", "carillon store format 1",
        "carillon store format x\n", "carillon store format 99999999999999\n",
        "carillon store format 1 \n"}) {
    std::ofstream{path() / "FORMAT"} << text;
    const auto err = open_failure();
    EXPECT_EQ(err.code, errc::storage_failed) << text;
    EXPECT_THAT(err.detail, HasSubstr("FORMAT is damaged")) << text;
  }
}

TEST_F(rocksdb_store_test, a_missing_version_file_is_reported) {
  fill();
  fs::remove(path() / "FORMAT");
  EXPECT_THAT(open_failure().detail,
              AllOf(HasSubstr("damaged"), HasSubstr("FORMAT is missing")));
}

TEST_F(rocksdb_store_test, a_directory_that_cannot_be_used_is_named) {
  std::ofstream{path()} << "a file";
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::storage_failed);
  EXPECT_THAT(err.detail, HasSubstr(path().string()));
}

TEST_F(rocksdb_store_test, a_store_that_is_open_cannot_be_opened_again) {
  const auto store = open();
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::storage_failed);
  EXPECT_THAT(err.detail, HasSubstr("in use by another process"));
}

TEST_F(rocksdb_store_test, a_missing_current_file_is_reported) {
  fill();
  fs::remove(path() / "CURRENT");
  const auto before = content(find(".log"));
  EXPECT_EQ(open_failure().code, errc::storage_failed);
  EXPECT_EQ(content(find(".log")), before);
}

TEST_F(rocksdb_store_test, a_damaged_current_file_is_reported) {
  fill();
  std::ofstream{path() / "CURRENT"} << "MANIFEST-999999\n";
  EXPECT_EQ(open_failure().code, errc::storage_failed);
}

TEST_F(rocksdb_store_test, a_damaged_manifest_is_reported) {
  fill();
  damage(find("MANIFEST"), 0.3);
  EXPECT_THAT(open_failure().detail,
              AllOf(HasSubstr("damaged"), HasSubstr("left as it is")));
}

TEST_F(rocksdb_store_test, damage_in_the_middle_of_the_log_is_reported) {
  fill();
  damage(find(".log"), 0.5);
  const auto before = content(find(".log"));
  EXPECT_THAT(open_failure().detail,
              AllOf(HasSubstr("damaged"), HasSubstr("left as it is")));
  EXPECT_EQ(content(find(".log")), before);
  EXPECT_THAT(open_failure().detail, HasSubstr("damaged"));
}

TEST_F(rocksdb_store_test, a_log_record_that_was_cut_off_is_left_out) {
  fill();
  const auto log = find(".log");
  fs::resize_file(log, fs::file_size(log) - 500);
  const auto store = open();
  EXPECT_THAT(get(*store, "98"), testing::SizeIs(1000));
  EXPECT_EQ(get(*store, "99"), "no such record");
}

TEST_F(rocksdb_store_test, a_damaged_table_file_is_reported) {
  fill();
  // Opening a store moves the records of its log into a table file.
  open();
  damage(find(".sst"), 0.3);
  const auto opened = rocksdb_store::open(path());
  if (!opened) {
    EXPECT_THAT(opened.error().detail, HasSubstr("damaged"));
    return;
  }
  const auto page = (*opened)->scan(table::records, key_range::all(), 1000);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, errc::storage_failed);
  EXPECT_THAT(page.error().detail, HasSubstr("damaged"));
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    const auto value = get(**opened, std::to_string(i));
    EXPECT_THAT(value, AnyOf(testing::SizeIs(1000), HasSubstr("damaged")));
    refused += value.size() == 1000 ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
}

TEST_F(rocksdb_store_test, a_missing_table_file_is_reported) {
  fill();
  open();
  fs::remove(find(".sst"));
  EXPECT_EQ(open_failure().code, errc::storage_failed);
}

} // namespace

} // namespace carillon::storage
