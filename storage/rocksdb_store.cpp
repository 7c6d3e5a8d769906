#include "storage/rocksdb_store.hpp"

#include "storage/defaults.hpp"
#include "storage/format_file.hpp"
#include "storage/page_builder.hpp"
#include "storage/rocksdb_options.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <system_error>
#include <utility>

namespace carillon::storage {

namespace fs = std::filesystem;

namespace {

// Names of the column families, in the order of `table`. RocksDB wants the
// first to be called "default".
constexpr auto table_names = std::to_array<const char*>({"default", "node"});

rocksdb::Slice as_slice(byte_view data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

byte_view as_view(const rocksdb::Slice& slice) {
  return as_bytes(std::string_view{slice.data(), slice.size()});
}

// RocksDB has no status of its own for a lock that somebody else holds.
bool is_lock_failure(const rocksdb::Status& status) {
  return status.IsIOError()
    && status.ToString().find("/LOCK") != std::string::npos
    && status.ToString().find("lock") != std::string::npos;
}

tl::unexpected<error> failure(const rocksdb::Status& status,
                              const fs::path& path) {
  const auto where = "the record store " + path.string();
  const auto reason = status.ToString();
  if (is_lock_failure(status))
    return fail(errc::storage_failed,
                where
                  + " is in use by another process: stop that process or "
                    "choose another data directory ("
                  + reason + ")");
  if (status.IsNoSpace())
    return fail(errc::storage_failed,
                where + " cannot grow, the disk is full: free some space ("
                  + reason + ")");
  if (status.IsCorruption())
    return fail(errc::storage_failed,
                where
                  + " is damaged and was left as it is: restore it from a "
                    "copy, or move it away to begin with an empty one ("
                  + reason + ")");
  return fail(errc::storage_failed, where + ": " + reason);
}

tl::unexpected<error> unusable(const fs::path& path,
                               const std::error_code& reason) {
  return fail(errc::storage_failed,
              "cannot use the directory " + path.string()
                + " for the record store: " + reason.message());
}

expected<void> make_directory(const fs::path& path) {
  std::error_code reason;
  if (fs::is_directory(path, reason))
    return {};
  fs::create_directories(path, reason);
  if (!reason)
    fs::permissions(path, fs::perms::owner_all, reason);
  if (reason)
    return unusable(path, reason);
  return {};
}

// Tells whether a directory holds table files or a log with records in it.
expected<bool> holds_records(const fs::path& path) {
  std::error_code reason;
  for (fs::directory_iterator i{path, reason}, end; !reason && i != end;
       i.increment(reason)) {
    const auto extension = i->path().extension();
    if (extension == ".sst"
        || (extension == ".log" && i->file_size(reason) > 0))
      return true;
  }
  if (reason)
    return unusable(path, reason);
  return false;
}

// Tells whether the directory holds a store that was opened before. Only where
// there is none may RocksDB make one: it would otherwise begin anew in a
// directory that lost one of its files.
expected<bool> store_exists(const fs::path& path) {
  const auto version = read_format(path);
  if (version) {
    if (*version > defaults::storage::format_version)
      return fail(errc::unsupported_version,
                  "the record store " + path.string() + " has format "
                    + std::to_string(*version)
                    + " and this program knows formats up to "
                    + std::to_string(defaults::storage::format_version)
                    + ": use the newer program that wrote it");
    return true;
  }
  if (version.error().code != errc::no_such_record)
    return tl::unexpected{version.error()};
  const auto records = holds_records(path);
  if (!records)
    return tl::unexpected{records.error()};
  if (*records)
    return failure(rocksdb::Status::Corruption("its file FORMAT is missing"),
                   path);
  return false;
}

// Adds the operations of a batch to RocksDB's own kind of batch.
class batch_writer {
public:
  explicit batch_writer(const std::vector<rocksdb::ColumnFamilyHandle*>& tables)
    : tables_(tables) {}

  rocksdb::Status operator()(const write_batch::put_operation& op) {
    return result_.Put(in(op.where), as_slice(op.key), as_slice(op.value));
  }

  rocksdb::Status operator()(const write_batch::erase_operation& op) {
    return result_.Delete(in(op.where), as_slice(op.key));
  }

  rocksdb::Status operator()(const write_batch::erase_range_operation& op) {
    if (op.range.end <= op.range.first)
      return rocksdb::Status::OK();
    return result_.DeleteRange(in(op.where), as_slice(op.range.first),
                               as_slice(op.range.end));
  }

  [[nodiscard]] rocksdb::WriteBatch& result() noexcept {
    return result_;
  }

private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* in(table where) const {
    return tables_[static_cast<size_t>(where)];
  }

  const std::vector<rocksdb::ColumnFamilyHandle*>& tables_;
  rocksdb::WriteBatch result_;
};

} // namespace

expected<std::unique_ptr<rocksdb_store>>
rocksdb_store::open(const fs::path& path, rocksdb::Env* env) {
  if (auto made = make_directory(path); !made)
    return tl::unexpected{made.error()};
  const auto exists = store_exists(path);
  if (!exists)
    return tl::unexpected{exists.error()};
  auto options = database_options(env);
  options.create_if_missing = !*exists;
  options.create_missing_column_families = !*exists;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const auto* name : table_names)
    descriptors.emplace_back(name, table_options());
  handles tables;
  rocksdb::DB* db = nullptr;
  const auto status =
    rocksdb::DB::Open(options, path.string(), descriptors, &tables, &db);
  if (!status.ok())
    return failure(status, path);
  std::unique_ptr<rocksdb_store> store{
    new rocksdb_store{path, std::unique_ptr<rocksdb::DB>{db}, tables}};
  if (!*exists)
    if (auto noted = write_format(path, defaults::storage::format_version);
        !noted)
      return tl::unexpected{noted.error()};
  return store;
}

rocksdb_store::rocksdb_store(fs::path path, std::unique_ptr<rocksdb::DB> db,
                             handles tables)
  : path_(std::move(path))
  , db_(std::move(db))
  , tables_(std::move(tables)) {}

rocksdb_store::~rocksdb_store() {
  // Errors have nowhere to go here. What was acknowledged as synced is in the
  // log already.
  db_->SyncWAL().PermitUncheckedError();
  for (auto* handle : tables_)
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

expected<bytes> rocksdb_store::get(table where, byte_view key) const {
  rocksdb::PinnableSlice value;
  const auto status =
    db_->Get(rocksdb::ReadOptions{}, in(where), as_slice(key), &value);
  if (status.IsNotFound())
    return fail(errc::no_such_record);
  if (!status.ok())
    return failure(status, path_);
  return to_bytes(as_view(value));
}

expected<void> rocksdb_store::apply(const write_batch& batch, durability when) {
  if (auto fits = check_limits(batch); !fits)
    return fits;
  batch_writer writer{tables_};
  for (const auto& op : batch.operations())
    if (const auto added = std::visit(writer, op); !added.ok())
      return failure(added, path_);
  rocksdb::WriteOptions options;
  options.sync = when == durability::synced;
  auto status = db_->Write(options, &writer.result());
  // After a failed write RocksDB refuses all others until it is told to go on.
  // That succeeds as soon as the disk has space again, and starts a new log.
  if (!status.ok() && db_->Resume().ok())
    status = db_->Write(options, &writer.result());
  if (!status.ok())
    return failure(status, path_);
  return {};
}

expected<scan_page> rocksdb_store::scan(table where, const key_range& range,
                                        size_t limit) const {
  const auto end = as_slice(range.end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> i{
    db_->NewIterator(options, in(where))};
  page_builder page{limit};
  for (i->Seek(as_slice(range.first)); i->Valid(); i->Next())
    if (!page.add(as_view(i->key()), as_view(i->value())))
      break;
  if (!i->status().ok())
    return failure(i->status(), path_);
  return std::move(page).finish();
}

rocksdb::ColumnFamilyHandle* rocksdb_store::in(table where) const {
  return tables_[static_cast<size_t>(where)];
}

} // namespace carillon::storage
