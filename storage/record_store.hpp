#pragma once

#include "protocols/bytes.hpp"
#include "storage/key_range.hpp"
#include "storage/write_batch.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace carillon::storage {

/// When a write is acknowledged.
enum class durability : uint8_t {
  /// When the process has it: lost with a crash of the machine.
  buffered,
  /// When the disk has it: survives a crash of the machine.
  synced,
};

/// A key and its value.
struct entry {
  bytes key;
  bytes value;

  bool operator==(const entry&) const = default;
};

/// A part of a scan.
struct scan_page {
  /// Entries in the order of their keys.
  std::vector<entry> entries;

  /// The first key that is not on this page; none when the scan is complete.
  std::optional<bytes> next;
};

/// Keeps bytes under keys, in order. There is one store in a process and all
/// its virtual peers share it.
///
/// All functions may be called from any thread and may block on the disk. No
/// function throws. After an error the store stays usable: reads go on, and
/// writes succeed again as soon as their cause is gone.
class record_store {
public:
  record_store() = default;
  record_store(const record_store&) = delete;
  record_store& operator=(const record_store&) = delete;
  virtual ~record_store() = default;

  /// Gives a copy of the value of a key.
  /// @returns `no_such_record` for a missing key, `storage_failed` with the
  ///          reason when the disk cannot be read or holds damaged data.
  [[nodiscard]] virtual expected<bytes> get(table where,
                                            byte_view key) const = 0;

  /// Applies all changes of a batch or none of them.
  /// @returns `malformed` or `too_large` as `check_limits`, `storage_failed`
  ///          with the reason when nothing could be written.
  [[nodiscard]] virtual expected<void> apply(const write_batch& batch,
                                             durability when) = 0;

  /// Reads the entries of a range as they are at this moment. To go on, scan
  /// from `next` to the same end; a later page sees later writes.
  /// @param limit the most entries wanted, at least 1. The page also ends
  ///              after `max_scan_entries` entries or `max_scan_bytes` bytes.
  /// @returns `storage_failed` as `get`; never a part of a damaged range.
  [[nodiscard]] virtual expected<scan_page>
  scan(table where, const key_range& range, size_t limit) const = 0;
};

} // namespace carillon::storage
