#pragma once

#include "storage/rocksdb_store.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace carillon::storage {

/// A store on the disk, in a directory of its own for each test.
class rocksdb_test : public testing::Test {
protected:
  [[nodiscard]] std::filesystem::path path() const {
    return directory_.path() / "store";
  }

  std::unique_ptr<rocksdb_store> open() {
    auto store = rocksdb_store::open(path());
    if (!store)
      throw std::runtime_error{to_string(store.error())};
    return std::move(*store);
  }

  error open_failure() {
    const auto store = rocksdb_store::open(path());
    return store ? error{errc::count_, "opened"} : store.error();
  }

  static expected<void> put(record_store& store, std::string_view key,
                            std::string_view value) {
    write_batch batch;
    batch.put(table::records, to_bytes(key), to_bytes(value));
    return store.apply(batch, durability::synced);
  }

  static std::string get(const record_store& store, std::string_view key,
                         table where = table::records) {
    const auto value = store.get(where, as_bytes(key));
    return value ? std::string{as_text(*value)} : to_string(value.error());
  }

private:
  test::temporary_directory directory_;
};

} // namespace carillon::storage
