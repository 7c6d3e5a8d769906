#include "storage/rocksdb_options.hpp"

#include "storage/defaults.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <memory>

namespace carillon::storage {

namespace {

// A bloom filter of this many bits a key errs once in a hundred.
constexpr double bloom_bits_per_key = 10;

// Keeps RocksDB from going on by itself after a failed write: the store opens
// the database again, see rocksdb_store. A failed compaction loses nothing and
// is simply tried again.
class recovery_by_store final : public rocksdb::EventListener {
public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason,
                            rocksdb::Status, bool* auto_recovery) override {
    if (reason != rocksdb::BackgroundErrorReason::kCompaction)
      *auto_recovery = false;
  }
};

} // namespace

rocksdb::DBOptions database_options(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  if (env != nullptr)
    options.env = env;
  options.paranoid_checks = true;
  // A record at the end of the log that was cut off while it was written was
  // never acknowledged, and the store opens without it. Damage before the end
  // may hit what was acknowledged, and the store does not open. The default,
  // kPointInTimeRecovery, would silently drop everything after the damage;
  // kAbsoluteConsistency would not open after a kill in the middle of a write.
  options.wal_recovery_mode =
    rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Finds a log file that is missing or shorter than it was.
  options.track_and_verify_wals_in_manifest = true;
  options.listeners.push_back(std::make_shared<recovery_by_store>());
  options.max_bgerror_resume_count = 0;
  options.max_total_wal_size = defaults::max_log_size;
  options.db_write_buffer_size = defaults::total_write_buffer_size;
  options.max_open_files = defaults::max_open_files;
  options.max_background_jobs = defaults::max_background_jobs;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = defaults::max_diagnostic_files;
  options.max_log_file_size = defaults::max_diagnostic_size;
  return options;
}

rocksdb::ColumnFamilyOptions table_options() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(defaults::block_cache_size);
  // Counts indexes and filters against the cache, so that memory is bounded
  // however large the store grows.
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = defaults::write_buffer_size;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

} // namespace carillon::storage
