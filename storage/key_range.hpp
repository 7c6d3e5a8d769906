#pragma once

#include "protocols/bytes.hpp"

namespace carillon::storage {

/// The keys from `first` up to, but without, `end`, in the order of their
/// bytes. Empty unless `first < end`.
struct key_range {
  bytes first;
  bytes end;

  /// Gives the range of every key that a store accepts.
  [[nodiscard]] static key_range all();

  /// Gives the range of the keys that begin with `prefix`.
  [[nodiscard]] static key_range with_prefix(byte_view prefix);

  bool operator==(const key_range&) const = default;
};

} // namespace carillon::storage
