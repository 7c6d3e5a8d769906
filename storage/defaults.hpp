#pragma once

#include <cstddef>
#include <cstdint>

/// Limits and sizes of the record store.
namespace carillon::storage::defaults {

/// Version of the layout of keys, values and tables on disk. A store of a
/// higher version is refused.
inline constexpr uint32_t format_version = 1;

/// Bytes of the longest key.
inline constexpr size_t max_key_size = 512;

/// Bytes of the longest value: the largest record and what its holder notes
/// about it.
inline constexpr size_t max_value_size = 128 * 1024;

/// Entries of the longest page of a scan.
inline constexpr size_t max_scan_entries = 1024;

/// Bytes of keys and values after which a page of a scan ends.
inline constexpr size_t max_scan_bytes = 1024 * 1024;

/// Bytes that a table gathers in memory before it writes a file.
inline constexpr size_t write_buffer_size = 4 * 1024 * 1024;

/// Bytes that all tables together gather in memory.
inline constexpr size_t total_write_buffer_size = 8 * 1024 * 1024;

/// Bytes of recently read blocks that are kept in memory.
inline constexpr size_t block_cache_size = 8 * 1024 * 1024;

/// Bytes of write-ahead log after which the oldest table is written to a file.
inline constexpr uint64_t max_log_size = 32 * 1024 * 1024;

/// Bytes that must be free to go on writing after the disk was full: the log
/// and the table files that are made of it.
inline constexpr uint64_t min_free_space = 2 * max_log_size;

/// Files of the store that are open at once.
inline constexpr int max_open_files = 128;

/// Threads that write and merge files.
inline constexpr int max_background_jobs = 2;

/// Files and bytes of RocksDB's own diagnostic log.
inline constexpr size_t max_diagnostic_files = 4;
inline constexpr size_t max_diagnostic_size = 1024 * 1024;

} // namespace carillon::storage::defaults
