#pragma once

#include "protocols/error.hpp"
#include "storage/write_batch.hpp"

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <filesystem>
#include <memory>
#include <vector>

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
} // namespace rocksdb

namespace carillon::storage {

/// An open RocksDB database and its column families, one a table.
class rocksdb_database {
public:
  /// Opens a database for reading and writing.
  /// @returns an error as `to_error` makes it.
  [[nodiscard]] static expected<std::unique_ptr<rocksdb_database>>
  open(const rocksdb::DBOptions& options, const std::filesystem::path& path);

  /// Opens a database that cannot be written now. Writes nothing, and takes
  /// no lock.
  /// @returns an error as `to_error` makes it.
  [[nodiscard]] static expected<std::unique_ptr<rocksdb_database>>
  open_read_only(const rocksdb::DBOptions& options,
                 const std::filesystem::path& path);

  rocksdb_database(const rocksdb_database&) = delete;
  rocksdb_database& operator=(const rocksdb_database&) = delete;
  ~rocksdb_database();

  [[nodiscard]] rocksdb::DB& db() const noexcept {
    return *db_;
  }

  [[nodiscard]] rocksdb::ColumnFamilyHandle* in(table where) const noexcept {
    return tables_[static_cast<size_t>(where)];
  }

private:
  using handles = std::vector<rocksdb::ColumnFamilyHandle*>;

  rocksdb_database(rocksdb::DB* db, handles tables);

  std::unique_ptr<rocksdb::DB> db_;
  handles tables_;
};

/// Turns a failure of RocksDB into one that says which store it is, what is
/// wrong and what to do.
[[nodiscard]] tl::unexpected<error> to_error(const rocksdb::Status& status,
                                             const std::filesystem::path& path);

} // namespace carillon::storage
