#include "storage/key_range.hpp"

#include "storage/defaults.hpp"

namespace carillon::storage {

namespace {

constexpr uint8_t highest_byte = 0xff;

// Above every key, because no key is as long.
bytes end_of_keys() {
  return bytes(defaults::max_key_size + 1, highest_byte);
}

} // namespace

key_range key_range::all() {
  return {{}, end_of_keys()};
}

key_range key_range::with_prefix(byte_view prefix) {
  auto end = to_bytes(prefix);
  while (!end.empty() && end.back() == highest_byte)
    end.pop_back();
  if (end.empty())
    return {to_bytes(prefix), end_of_keys()};
  ++end.back();
  return {to_bytes(prefix), std::move(end)};
}

} // namespace carillon::storage
