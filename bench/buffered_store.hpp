#pragma once

#include "storage/record_store.hpp"

#include <memory>
#include <utility>

namespace carillon {

/// A store that acknowledges every write before the disk has it: what the
/// waiting for disks costs shows beside it.
class buffered_store final : public storage::record_store {
public:
  explicit buffered_store(std::shared_ptr<storage::record_store> beneath)
    : beneath_(std::move(beneath)) {}

  [[nodiscard]] expected<bytes> get(storage::table where,
                                    byte_view key) const override {
    return beneath_->get(where, key);
  }

  [[nodiscard]] expected<void> apply(const storage::write_batch& batch,
                                     storage::durability) override {
    return beneath_->apply(batch, storage::durability::buffered);
  }

  [[nodiscard]] expected<storage::scan_page>
  scan(storage::table where, const storage::key_range& range,
       size_t limit) const override {
    return beneath_->scan(where, range, limit);
  }

private:
  std::shared_ptr<storage::record_store> beneath_;
};

} // namespace carillon
