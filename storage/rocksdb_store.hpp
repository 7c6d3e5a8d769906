#pragma once

#include "storage/record_store.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <shared_mutex>

namespace rocksdb {
class Env;
} // namespace rocksdb

namespace carillon::storage {

class rocksdb_database;

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

  /// Lets go of the directory.
  ~rocksdb_store() override;

  [[nodiscard]] expected<bytes> get(table where, byte_view key) const override;

  [[nodiscard]] expected<void> apply(const write_batch& batch,
                                     durability when) override;

  [[nodiscard]] expected<scan_page> scan(table where, const key_range& range,
                                         size_t limit) const override;

private:
  rocksdb_store(std::filesystem::path path, rocksdb::Env* env,
                std::unique_ptr<rocksdb_database> database);

  // Opens the database again after a failed write.
  expected<void> reopen();

  expected<void> check_free_space() const;

  std::filesystem::path path_;
  rocksdb::Env* env_;

  // Shared by all operations; held alone while the database is replaced.
  mutable std::shared_mutex mutex_;

  // Null when not even reading was possible after a failed write.
  std::unique_ptr<rocksdb_database> database_;

  // Set by a failed write, cleared by opening the database again.
  std::atomic<bool> write_failed_{false};
};

} // namespace carillon::storage
