#pragma once

#include "storage/record_store.hpp"

#include <map>
#include <shared_mutex>

namespace carillon::storage {

/// A store that forgets everything when it is destroyed.
class memory_store final : public record_store {
public:
  [[nodiscard]] expected<bytes> get(table where, byte_view key) const override;

  [[nodiscard]] expected<void> apply(const write_batch& batch,
                                     durability when) override;

  [[nodiscard]] expected<scan_page> scan(table where, const key_range& range,
                                         size_t limit) const override;

private:
  using entries = std::map<bytes, bytes>;

  entries& in(table where) noexcept;
  const entries& in(table where) const noexcept;

  void run(const write_batch::put_operation& op);
  void run(const write_batch::erase_operation& op);
  void run(const write_batch::erase_range_operation& op);

  mutable std::shared_mutex mutex_;
  entries records_;
  entries node_;
};

} // namespace carillon::storage
