#pragma once

#include "storage/record_store.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class Status;
} // namespace rocksdb

namespace carillon::storage {

/// A store in a directory of the local disk, kept by RocksDB.
///
/// What was acknowledged as `synced` survives the end of the process and of
/// the machine. Damage is reported by whatever meets it, and nothing is ever
/// repaired or begun anew by itself.
class rocksdb_store final : public record_store {
public:
  /// Opens the store in `path`, or makes an empty one, in a directory of mode
  /// 0700, where there was none.
  /// @param env the file system, for tests that let it fail; not owned, and
  ///            must outlive the store. Null means the real one.
  /// @returns `unsupported_version` for a store of a newer format,
  ///          `storage_failed` for a directory that cannot be used, belongs
  ///          to a running process, or holds a damaged store. The detail
  ///          names the path, the reason and what to do.
  [[nodiscard]] static expected<std::unique_ptr<rocksdb_store>>
  open(const std::filesystem::path& path, rocksdb::Env* env = nullptr);

  /// Writes what is still buffered and lets go of the directory.
  ~rocksdb_store() override;

  [[nodiscard]] expected<bytes> get(table where, byte_view key) const override;

  [[nodiscard]] expected<void> apply(const write_batch& batch,
                                     durability when) override;

  [[nodiscard]] expected<scan_page> scan(table where, const key_range& range,
                                         size_t limit) const override;

private:
  using handles = std::vector<rocksdb::ColumnFamilyHandle*>;

  rocksdb_store(std::filesystem::path path, std::unique_ptr<rocksdb::DB> db,
                handles tables);

  [[nodiscard]] rocksdb::ColumnFamilyHandle* in(table where) const;

  std::filesystem::path path_;
  std::unique_ptr<rocksdb::DB> db_;
  handles tables_;
};

} // namespace carillon::storage
