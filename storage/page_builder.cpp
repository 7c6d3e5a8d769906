#include "storage/page_builder.hpp"

#include "storage/defaults.hpp"

#include <algorithm>
#include <utility>

namespace carillon::storage {

page_builder::page_builder(size_t limit) noexcept
  : limit_(std::clamp<size_t>(limit, 1, defaults::max_scan_entries)) {}

bool page_builder::add(byte_view key, byte_view value) {
  if (page_.entries.size() == limit_ || bytes_ >= defaults::max_scan_bytes) {
    page_.next = to_bytes(key);
    return false;
  }
  bytes_ += key.size() + value.size();
  page_.entries.push_back({to_bytes(key), to_bytes(value)});
  return true;
}

scan_page page_builder::finish() && {
  return std::move(page_);
}

} // namespace carillon::storage
