#pragma once

#include "storage/memory_store.hpp"

#include <atomic>

namespace carillon::test {

/// A store in memory that counts commits and fails when told to.
class faulty_store final : public storage::record_store {
public:
  [[nodiscard]] expected<bytes> get(storage::table where,
                                    byte_view key) const override {
    return inner_.get(where, key);
  }

  [[nodiscard]] expected<void> apply(const storage::write_batch& batch,
                                     storage::durability when) override {
    ++commits;
    if (when == storage::durability::synced)
      ++synced_commits;
    if (is_full)
      return fail(errc::storage_failed, "no space left on device");
    return inner_.apply(batch, when);
  }

  [[nodiscard]] expected<storage::scan_page>
  scan(storage::table where, const storage::key_range& range,
       size_t limit) const override {
    if (is_damaged)
      return fail(errc::storage_failed, "checksum mismatch");
    return inner_.scan(where, range, limit);
  }

  std::atomic<size_t> commits = 0;
  std::atomic<size_t> synced_commits = 0;
  std::atomic<bool> is_full = false;
  std::atomic<bool> is_damaged = false;

private:
  storage::memory_store inner_;
};

} // namespace carillon::test
