#include "storage/rocksdb_store.hpp"

#include "storage/defaults.hpp"
#include "storage/format_file.hpp"
#include "storage/page_builder.hpp"
#include "storage/rocksdb_database.hpp"
#include "storage/rocksdb_options.hpp"
#include "storage/store_directory.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <mutex>
#include <string>
#include <utility>

namespace carillon::storage {

namespace fs = std::filesystem;

namespace {

rocksdb::Slice as_slice(byte_view data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

byte_view as_view(const rocksdb::Slice& slice) {
  return as_bytes(std::string_view{slice.data(), slice.size()});
}

// Adds the operations of a batch to RocksDB's own kind of batch.
class batch_converter {
public:
  explicit batch_converter(const rocksdb_database& database)
    : database_(database) {}

  rocksdb::Status operator()(const write_batch::put_operation& op) {
    return result_.Put(database_.in(op.where), as_slice(op.key),
                       as_slice(op.value));
  }

  rocksdb::Status operator()(const write_batch::erase_operation& op) {
    return result_.Delete(database_.in(op.where), as_slice(op.key));
  }

  rocksdb::Status operator()(const write_batch::erase_range_operation& op) {
    if (op.range.end <= op.range.first)
      return rocksdb::Status::OK();
    return result_.DeleteRange(database_.in(op.where), as_slice(op.range.first),
                               as_slice(op.range.end));
  }

  [[nodiscard]] rocksdb::WriteBatch& result() noexcept {
    return result_;
  }

private:
  const rocksdb_database& database_;
  rocksdb::WriteBatch result_;
};

rocksdb::Status write(const rocksdb_database& database,
                      const write_batch& batch, durability when) {
  batch_converter converter{database};
  for (const auto& op : batch.operations())
    if (auto added = std::visit(converter, op); !added.ok())
      return added;
  rocksdb::WriteOptions options;
  options.sync = when == durability::synced;
  return database.db().Write(options, &converter.result());
}

tl::unexpected<error> not_open(const fs::path& path) {
  return fail(errc::storage_failed,
              "the record store " + path.string()
                + " could not be opened again after a failed write");
}

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
  auto database = rocksdb_database::open(options, path);
  if (!database)
    return tl::unexpected{database.error()};
  if (!*exists)
    if (auto noted = write_format(path, defaults::format_version); !noted)
      return tl::unexpected{noted.error()};
  return std::unique_ptr<rocksdb_store>{
    new rocksdb_store{path, env, std::move(*database)}};
}

rocksdb_store::rocksdb_store(fs::path path, rocksdb::Env* env,
                             std::unique_ptr<rocksdb_database> database)
  : path_(std::move(path))
  , env_(env)
  , database_(std::move(database)) {}

rocksdb_store::~rocksdb_store() = default;

expected<bytes> rocksdb_store::get(table where, byte_view key) const {
  const std::shared_lock lock{mutex_};
  if (!database_)
    return not_open(path_);
  rocksdb::PinnableSlice value;
  const auto status = database_->db().Get(
    rocksdb::ReadOptions{}, database_->in(where), as_slice(key), &value);
  if (status.IsNotFound())
    return fail(errc::no_such_record);
  if (!status.ok())
    return to_error(status, path_);
  return to_bytes(as_view(value));
}

expected<void> rocksdb_store::apply(const write_batch& batch, durability when) {
  if (auto fits = check_limits(batch); !fits)
    return fits;
  if (write_failed_)
    if (auto opened = reopen(); !opened)
      return opened;
  const std::shared_lock lock{mutex_};
  // Another thread's write may have failed since.
  if (write_failed_)
    return not_open(path_);
  const auto status = write(*database_, batch, when);
  if (status.ok())
    return {};
  write_failed_ = true;
  return to_error(status, path_);
}

expected<scan_page> rocksdb_store::scan(table where, const key_range& range,
                                        size_t limit) const {
  const std::shared_lock lock{mutex_};
  if (!database_)
    return not_open(path_);
  const auto end = as_slice(range.end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> i{
    database_->db().NewIterator(options, database_->in(where))};
  page_builder page{limit};
  for (i->Seek(as_slice(range.first)); i->Valid(); i->Next())
    if (!page.add(as_view(i->key()), as_view(i->value())))
      break;
  if (!i->status().ok())
    return to_error(i->status(), path_);
  return std::move(page).finish();
}

// A log that could not be written ends in half a record, and RocksDB 7.8 ends
// the process when it goes on with such a log (its issue 11643). Opening the
// database again leaves out the half record and begins a new log.
expected<void> rocksdb_store::reopen() {
  const std::unique_lock lock{mutex_};
  if (!write_failed_)
    return {};
  if (auto space = check_free_space(); !space)
    return space;
  const auto options = database_options(env_);
  database_.reset();
  auto opened = rocksdb_database::open(options, path_);
  if (opened) {
    database_ = std::move(*opened);
    write_failed_ = false;
    return {};
  }
  if (auto readable = rocksdb_database::open_read_only(options, path_))
    database_ = std::move(*readable);
  return tl::unexpected{opened.error()};
}

// Opening moves the records of the log into table files, which takes space.
// Without it the database is better left open for reading.
expected<void> rocksdb_store::check_free_space() const {
  auto* env = env_ != nullptr ? env_ : rocksdb::Env::Default();
  uint64_t free = 0;
  const auto status = env->GetFreeSpace(path_.string(), &free);
  if (status.ok() && free < defaults::min_free_space)
    return to_error(rocksdb::Status::NoSpace(
                      std::to_string(free) + " bytes are free, to go on takes "
                      + std::to_string(defaults::min_free_space)),
                    path_);
  return {};
}

} // namespace carillon::storage
