#pragma once

#include "protocols/bytes.hpp"
#include "storage/key_range.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace carillon::storage {

/// The name spaces of a store. Keys of one never meet keys of another.
enum class table : uint8_t {
  /// Records of the virtual peers; keys begin with the 20 bytes of the peer.
  records,
  /// What the node itself must remember: pinned keys, nonces, own epochs.
  node,
};

/// Changes that a store applies in this order and all or not at all.
class write_batch {
public:
  /// Sets the value of a key.
  struct put_operation {
    table where;
    bytes key;
    bytes value;
  };

  /// Removes a key; a key that is not there is no error.
  struct erase_operation {
    table where;
    bytes key;
  };

  /// Removes all keys of a range.
  struct erase_range_operation {
    table where;
    key_range range;
  };

  using operation =
    std::variant<put_operation, erase_operation, erase_range_operation>;

  /// Adds a `put_operation`. Sizes are checked when the batch is applied.
  write_batch& put(table where, bytes key, bytes value);

  /// Adds an `erase_operation`.
  write_batch& erase(table where, bytes key);

  /// Adds an `erase_range_operation`.
  write_batch& erase_range(table where, key_range range);

  [[nodiscard]] const std::vector<operation>& operations() const noexcept {
    return operations_;
  }

private:
  std::vector<operation> operations_;
};

/// Checks all keys and values against the limits of the store.
/// @returns `malformed` for an empty key, `too_large` for a key above
///          `max_key_size` or a value above `max_value_size`.
[[nodiscard]] expected<void> check_limits(const write_batch& batch);

} // namespace carillon::storage
