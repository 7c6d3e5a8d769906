#pragma once

#include "storage/record_store.hpp"

namespace carillon::storage {

/// Collects the entries of one page of a scan within the limits that hold for
/// every store.
class page_builder {
public:
  /// @param limit the most entries the caller of the scan wants.
  explicit page_builder(size_t limit) noexcept;

  /// Takes the next entry in order, or ends the page before it.
  /// @returns false when the page has ended.
  bool add(byte_view key, byte_view value);

  /// Gives the page; the builder is used up.
  [[nodiscard]] scan_page finish() &&;

private:
  size_t limit_;
  size_t bytes_ = 0;
  scan_page page_;
};

} // namespace carillon::storage
