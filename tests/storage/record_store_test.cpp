#include "storage/defaults.hpp"
#include "storage/memory_store.hpp"
#include "storage/record_store.hpp"
#include "storage/rocksdb_store.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <string>

namespace carillon::storage {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct implementation {
  std::string name;
  std::function<std::unique_ptr<record_store>(const std::filesystem::path&)>
    make;
};

std::unique_ptr<record_store> make_memory(const std::filesystem::path&) {
  return std::make_unique<memory_store>();
}

std::unique_ptr<record_store> make_rocksdb(const std::filesystem::path& path) {
  auto store = rocksdb_store::open(path);
  if (!store)
    throw std::runtime_error{to_string(store.error())};
  return std::move(*store);
}

class record_store_test : public testing::TestWithParam<implementation> {
protected:
  record_store& store() {
    return *store_;
  }

  void put(table where, std::string_view key, std::string_view value) {
    write_batch batch;
    batch.put(where, to_bytes(key), to_bytes(value));
    ASSERT_TRUE(store().apply(batch, durability::buffered));
  }

  std::string get(table where, std::string_view key) {
    const auto value = store().get(where, as_bytes(key));
    return value ? std::string{as_text(*value)} : to_string(value.error());
  }

  std::vector<std::string> keys(table where, const key_range& range) {
    std::vector<std::string> result;
    const auto page = store().scan(where, range, 100);
    EXPECT_TRUE(page) << to_string(page.error());
    for (const auto& found : page->entries)
      result.emplace_back(as_text(found.key));
    EXPECT_FALSE(page->next);
    return result;
  }

private:
  test::temporary_directory directory_;
  std::unique_ptr<record_store> store_ =
    GetParam().make(directory_.path() / "store");
};

constexpr auto missing = "no such record";

TEST_P(record_store_test, a_written_value_is_read_back) {
  put(table::records, "key", "value");
  EXPECT_EQ(get(table::records, "key"), "value");
}

TEST_P(record_store_test, a_missing_key_is_no_such_record) {
  const auto value = store().get(table::records, as_bytes("key"));
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, errc::no_such_record);
}

TEST_P(record_store_test, keys_and_values_hold_any_byte) {
  const std::string odd{"\0\xff\n\0", 4};
  put(table::records, odd, odd + odd);
  EXPECT_EQ(get(table::records, odd), odd + odd);
  EXPECT_EQ(get(table::records, odd.substr(0, 3)), missing);
}

TEST_P(record_store_test, a_value_may_be_empty) {
  put(table::records, "key", "");
  EXPECT_EQ(get(table::records, "key"), "");
}

TEST_P(record_store_test, a_later_value_replaces_an_earlier_one) {
  put(table::records, "key", "old");
  put(table::records, "key", "new");
  EXPECT_EQ(get(table::records, "key"), "new");
}

TEST_P(record_store_test, an_erased_key_is_gone) {
  put(table::records, "key", "value");
  write_batch batch;
  batch.erase(table::records, to_bytes("key"));
  ASSERT_TRUE(store().apply(batch, durability::synced));
  EXPECT_EQ(get(table::records, "key"), missing);
}

TEST_P(record_store_test, erasing_a_missing_key_is_no_error) {
  write_batch batch;
  batch.erase(table::records, to_bytes("key"));
  EXPECT_TRUE(store().apply(batch, durability::buffered));
}

TEST_P(record_store_test, an_empty_batch_is_no_error) {
  EXPECT_TRUE(store().apply({}, durability::synced));
}

TEST_P(record_store_test, tables_do_not_share_keys) {
  put(table::records, "key", "record");
  EXPECT_EQ(get(table::node, "key"), missing);
  put(table::node, "key", "node");
  EXPECT_EQ(get(table::records, "key"), "record");
  EXPECT_EQ(get(table::node, "key"), "node");
}

TEST_P(record_store_test, a_batch_is_applied_in_order) {
  write_batch batch;
  batch.put(table::records, to_bytes("a"), to_bytes("1"))
    .erase(table::records, to_bytes("a"))
    .erase(table::records, to_bytes("b"))
    .put(table::records, to_bytes("b"), to_bytes("2"))
    .put(table::records, to_bytes("c"), to_bytes("3"))
    .erase_range(table::records, key_range::with_prefix(as_bytes("c")))
    .put(table::node, to_bytes("c"), to_bytes("4"));
  ASSERT_TRUE(store().apply(batch, durability::buffered));
  EXPECT_EQ(get(table::records, "a"), missing);
  EXPECT_EQ(get(table::records, "b"), "2");
  EXPECT_EQ(get(table::records, "c"), missing);
  EXPECT_EQ(get(table::node, "c"), "4");
}

TEST_P(record_store_test, a_refused_batch_changes_nothing) {
  write_batch batch;
  batch.put(table::records, to_bytes("good"), to_bytes("value"))
    .put(table::records, {}, to_bytes("value"));
  const auto applied = store().apply(batch, durability::buffered);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, errc::malformed);
  EXPECT_EQ(get(table::records, "good"), missing);
}

TEST_P(record_store_test, keys_and_values_have_a_size_limit) {
  using namespace defaults;
  write_batch fits;
  fits.put(table::records, bytes(max_key_size, 'k'), bytes(max_value_size));
  EXPECT_TRUE(store().apply(fits, durability::buffered));
  write_batch long_key;
  long_key.put(table::records, bytes(max_key_size + 1, 'k'), {});
  write_batch long_erased_key;
  long_erased_key.erase(table::records, bytes(max_key_size + 1, 'k'));
  write_batch long_value;
  long_value.put(table::records, to_bytes("k"), bytes(max_value_size + 1));
  for (const auto* batch : {&long_key, &long_erased_key, &long_value}) {
    const auto applied = store().apply(*batch, durability::buffered);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, errc::too_large);
    EXPECT_THAT(applied.error().detail, HasSubstr("at most"));
  }
}

TEST_P(record_store_test, a_scan_gives_a_range_in_order) {
  for (const auto* key : {"d", "a", "c", "b", "ab"})
    put(table::records, key, key);
  put(table::node, "bb", "");
  EXPECT_THAT(keys(table::records, key_range::all()),
              ElementsAre("a", "ab", "b", "c", "d"));
  EXPECT_THAT(keys(table::records, {to_bytes("ab"), to_bytes("c")}),
              ElementsAre("ab", "b"));
  EXPECT_THAT(keys(table::records, {to_bytes("c"), to_bytes("c")}),
              ElementsAre());
  EXPECT_THAT(keys(table::records, {to_bytes("d"), to_bytes("a")}),
              ElementsAre());
}

TEST_P(record_store_test, a_scan_of_a_prefix_ends_where_the_prefix_ends) {
  for (const auto* key : {"a", "b", "b\xff", "b\xff\xff", "ba", "c", "\xff",
                          "\xff\xff", "\xff\xffz"})
    put(table::records, key, key);
  EXPECT_THAT(keys(table::records, key_range::with_prefix(as_bytes("b"))),
              ElementsAre("b", "ba", "b\xff", "b\xff\xff"));
  EXPECT_THAT(keys(table::records, key_range::with_prefix(as_bytes("b\xff"))),
              ElementsAre("b\xff", "b\xff\xff"));
  EXPECT_THAT(keys(table::records, key_range::with_prefix(as_bytes("\xff"))),
              ElementsAre("\xff", "\xff\xff", "\xff\xffz"));
}

TEST_P(record_store_test, a_scan_in_pages_gives_every_entry_once) {
  for (int i = 0; i < 10; ++i)
    put(table::records, std::to_string(i), "value");
  auto range = key_range::all();
  std::vector<std::string> found;
  std::vector<size_t> sizes;
  for (bool more = true; more;) {
    const auto page = store().scan(table::records, range, 4);
    ASSERT_TRUE(page);
    sizes.push_back(page->entries.size());
    for (const auto& got : page->entries)
      found.emplace_back(as_text(got.key));
    more = page->next.has_value();
    if (more)
      range.first = *page->next;
  }
  EXPECT_THAT(sizes, ElementsAre(4, 4, 2));
  EXPECT_THAT(found,
              ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

TEST_P(record_store_test, a_page_is_bounded_in_entries_and_in_bytes) {
  using namespace defaults;
  write_batch small;
  for (size_t i = 0; i <= max_scan_entries; ++i)
    small.put(table::node, to_bytes(std::to_string(i)), {});
  ASSERT_TRUE(store().apply(small, durability::buffered));
  const auto many =
    store().scan(table::node, key_range::all(), max_scan_entries * 2);
  ASSERT_TRUE(many);
  EXPECT_EQ(many->entries.size(), max_scan_entries);
  EXPECT_TRUE(many->next);

  constexpr auto full_page = max_scan_bytes / max_value_size;
  write_batch large;
  for (size_t i = 0; i < full_page + 2; ++i)
    large.put(table::records, to_bytes("key" + std::to_string(i)),
              bytes(max_value_size));
  ASSERT_TRUE(store().apply(large, durability::buffered));
  const auto heavy = store().scan(table::records, key_range::all(), 1000);
  ASSERT_TRUE(heavy);
  EXPECT_EQ(heavy->entries.size(), full_page);
  EXPECT_TRUE(heavy->next);
}

TEST_P(record_store_test, a_scan_always_moves_on) {
  put(table::records, "a", "1");
  put(table::records, "b", "2");
  const auto page = store().scan(table::records, key_range::all(), 0);
  ASSERT_TRUE(page);
  EXPECT_THAT(page->entries, ElementsAre(entry{to_bytes("a"), to_bytes("1")}));
  EXPECT_EQ(page->next, to_bytes("b"));
}

TEST_P(record_store_test, an_erased_range_is_gone_and_nothing_else) {
  for (const auto* key : {"peer1", "peer1/a", "peer1/b", "peer2/a"})
    put(table::records, key, key);
  put(table::node, "peer1/a", "kept");
  write_batch batch;
  batch.erase_range(table::records, key_range::with_prefix(as_bytes("peer1")))
    .erase_range(table::records, {to_bytes("z"), to_bytes("a")});
  ASSERT_TRUE(store().apply(batch, durability::synced));
  EXPECT_THAT(keys(table::records, key_range::all()), ElementsAre("peer2/a"));
  EXPECT_EQ(get(table::node, "peer1/a"), "kept");
}

INSTANTIATE_TEST_SUITE_P(all, record_store_test,
                         testing::Values(implementation{"memory", make_memory},
                                         implementation{"rocksdb",
                                                        make_rocksdb}),
                         [](const auto& made) { return made.param.name; });

bytes random_key(std::mt19937& random) {
  // Few and short keys, so that changes meet often.
  std::uniform_int_distribution<int> byte{0, 3};
  bytes key(1 + random() % 3);
  for (auto& value : key)
    value = static_cast<uint8_t>(byte(random) == 3 ? 0xff : byte(random));
  return key;
}

write_batch random_batch(std::mt19937& random) {
  write_batch batch;
  for (int i = 0; i < 8; ++i) {
    const auto where = random() % 4 == 0 ? table::node : table::records;
    switch (random() % 8) {
    case 0:
      batch.erase_range(where, key_range::with_prefix(random_key(random)));
      break;
    case 1:
      batch.erase_range(where, {random_key(random), random_key(random)});
      break;
    case 2:
    case 3:
      batch.erase(where, random_key(random));
      break;
    default:
      batch.put(where, random_key(random), to_bytes(std::to_string(random())));
    }
  }
  return batch;
}

TEST(record_stores, implementations_agree_after_random_changes) {
  const test::temporary_directory directory;
  const auto disk = make_rocksdb(directory.path() / "store");
  memory_store memory;
  std::mt19937 random{20140611};
  for (int round = 0; round < 200; ++round) {
    const auto batch = random_batch(random);
    ASSERT_TRUE(disk->apply(batch, durability::buffered));
    ASSERT_TRUE(memory.apply(batch, durability::buffered));
    for (const auto where : {table::records, table::node}) {
      const auto expected_page = memory.scan(where, key_range::all(), 1000);
      const auto page = disk->scan(where, key_range::all(), 1000);
      ASSERT_TRUE(expected_page);
      ASSERT_TRUE(page);
      ASSERT_EQ(page->entries, expected_page->entries) << "round " << round;
    }
  }
}

} // namespace

} // namespace carillon::storage
