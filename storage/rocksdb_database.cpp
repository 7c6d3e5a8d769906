#include "storage/rocksdb_database.hpp"

#include "storage/rocksdb_options.hpp"

#include <rocksdb/db.h>

#include <array>
#include <string>
#include <utility>

namespace carillon::storage {

namespace fs = std::filesystem;

namespace {

// Names of the column families, in the order of `table`. RocksDB wants the
// first to be called "default".
constexpr auto table_names = std::to_array<const char*>({"default", "node"});

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors() {
  std::vector<rocksdb::ColumnFamilyDescriptor> result;
  for (const auto* name : table_names)
    result.emplace_back(name, table_options());
  return result;
}

// RocksDB has no status of its own for a lock that somebody else holds.
bool is_lock_failure(const rocksdb::Status& status) {
  const auto text = status.ToString();
  return status.IsIOError() && text.find("/LOCK") != std::string::npos
    && text.find("lock") != std::string::npos;
}

} // namespace

expected<std::unique_ptr<rocksdb_database>>
rocksdb_database::open(const rocksdb::DBOptions& options,
                       const fs::path& path) {
  handles tables;
  rocksdb::DB* db = nullptr;
  const auto status =
    rocksdb::DB::Open(options, path.string(), descriptors(), &tables, &db);
  if (!status.ok())
    return to_error(status, path);
  return std::unique_ptr<rocksdb_database>{
    new rocksdb_database{db, std::move(tables)}};
}

expected<std::unique_ptr<rocksdb_database>>
rocksdb_database::open_read_only(const rocksdb::DBOptions& options,
                                 const fs::path& path) {
  handles tables;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(options, path.string(),
                                                   descriptors(), &tables, &db);
  if (!status.ok())
    return to_error(status, path);
  return std::unique_ptr<rocksdb_database>{
    new rocksdb_database{db, std::move(tables)}};
}

rocksdb_database::rocksdb_database(rocksdb::DB* db, handles tables)
  : db_(db)
  , tables_(std::move(tables)) {}

rocksdb_database::~rocksdb_database() {
  // Errors have nowhere to go here. What was acknowledged is in the log.
  for (auto* handle : tables_)
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

tl::unexpected<error> to_error(const rocksdb::Status& status,
                               const fs::path& path) {
  const auto where = "the record store " + path.string();
  const auto reason = " (" + status.ToString() + ")";
  if (is_lock_failure(status))
    return fail(errc::storage_failed,
                where
                  + " is in use by another process: stop that process or "
                    "choose another data directory"
                  + reason);
  if (status.IsNoSpace())
    return fail(errc::storage_failed,
                where + " cannot grow, the disk is full: free some space"
                  + reason);
  if (status.IsCorruption())
    return fail(errc::storage_failed,
                where
                  + " is damaged and was left as it is: restore it from a "
                    "copy, or move the directory away to begin with an empty "
                    "one"
                  + reason);
  return fail(errc::storage_failed, where + " failed" + reason);
}

} // namespace carillon::storage
