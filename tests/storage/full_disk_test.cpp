#include "storage/defaults.hpp"
#include "tests/storage/full_disk.hpp"
#include "tests/storage/rocksdb_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <string>

namespace carillon::storage {

namespace {

using testing::AllOf;
using testing::HasSubstr;

// A store on a disk that the test can fill up.
class full_disk_test : public rocksdb_test {
protected:
  std::unique_ptr<rocksdb_store> open() {
    auto store = rocksdb_store::open(path(), env_.get());
    if (!store)
      throw std::runtime_error{to_string(store.error())};
    return std::move(*store);
  }

  void set_full(bool full) {
    disk_->full = full;
  }

  void claim_space() {
    disk_->claims_space = true;
  }

private:
  std::shared_ptr<test::full_disk> disk_ = std::make_shared<test::full_disk>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
};

TEST_F(full_disk_test, a_write_fails_and_reads_go_on) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "before", "value"));
  set_full(true);
  for (int i = 0; i < 3; ++i) {
    const auto written = put(*store, "during", "value");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, errc::storage_failed);
    EXPECT_THAT(written.error().detail,
                AllOf(HasSubstr("disk is full"), HasSubstr("free some space")));
  }
  EXPECT_EQ(get(*store, "before"), "value");
  EXPECT_EQ(get(*store, "during"), "no such record");
  EXPECT_TRUE(store->scan(table::records, key_range::all(), 10));
}

TEST_F(full_disk_test, writes_succeed_again_when_there_is_space) {
  {
    const auto store = open();
    ASSERT_TRUE(put(*store, "before", "value"));
    for (int i = 0; i < 3; ++i) {
      set_full(true);
      ASSERT_FALSE(put(*store, "during", "value"));
      set_full(false);
      ASSERT_TRUE(put(*store, "after" + std::to_string(i), "value"));
    }
  }
  const auto store = open();
  for (const auto* key : {"before", "after0", "after1", "after2"})
    EXPECT_EQ(get(*store, key), "value") << key;
}

TEST_F(full_disk_test, the_very_first_write_may_fail) {
  const auto store = open();
  set_full(true);
  ASSERT_FALSE(put(*store, "during", "value"));
  EXPECT_EQ(get(*store, "during"), "no such record");
  set_full(false);
  ASSERT_TRUE(put(*store, "after", "value"));
  EXPECT_EQ(get(*store, "after"), "value");
}

TEST_F(full_disk_test, reads_go_on_where_the_free_space_is_not_known) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "before", "value"));
  claim_space();
  set_full(true);
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(put(*store, "during", "value"));
    EXPECT_EQ(get(*store, "before"), "value");
    EXPECT_TRUE(store->scan(table::records, key_range::all(), 10));
  }
  set_full(false);
  ASSERT_TRUE(put(*store, "after", "value"));
  EXPECT_EQ(get(*store, "before"), "value");
}

TEST_F(full_disk_test, a_full_disk_is_met_while_a_table_is_written) {
  const auto store = open();
  size_t written = 0;
  // Fills up when the table in memory is about to go to a file.
  const std::string value(defaults::max_value_size, 'v');
  for (; written < 1000; ++written) {
    if (written == 60)
      set_full(true);
    if (!put(*store, std::to_string(written), value))
      break;
  }
  ASSERT_LT(written, 1000U);
  set_full(false);
  ASSERT_TRUE(put(*store, "after", "value"));
  for (size_t i = 0; i < written; ++i)
    ASSERT_EQ(get(*store, std::to_string(i)), value);
}

TEST_F(full_disk_test, a_store_filled_to_the_brim_opens_again) {
  {
    const auto store = open();
    ASSERT_TRUE(put(*store, "before", "value"));
    set_full(true);
    ASSERT_FALSE(put(*store, "during", "value"));
  }
  const auto refused = rocksdb_store::open(path());
  ASSERT_TRUE(refused) << to_string(refused.error());
  EXPECT_EQ(get(**refused, "before"), "value");
}

TEST_F(full_disk_test, opening_on_a_full_disk_says_so) {
  ASSERT_TRUE(put(*open(), "before", "value"));
  set_full(true);
  EXPECT_THROW(
    {
      try {
        open();
      } catch (const std::runtime_error& err) {
        EXPECT_THAT(err.what(), HasSubstr("disk is full"));
        throw;
      }
    },
    std::runtime_error);
  set_full(false);
  EXPECT_EQ(get(*open(), "before"), "value");
}

} // namespace

} // namespace carillon::storage
