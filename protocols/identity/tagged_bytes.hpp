#pragma once

#include "protocols/bytes.hpp"

#include <string_view>

namespace carillon::identity {

/// Builds what is hashed or signed: a label that says for what, then fields,
/// each with its length in front, so that no two lists of fields give the same
/// bytes.
class tagged_bytes {
public:
  /// Starts with the label.
  explicit tagged_bytes(std::string_view label);

  /// Appends a field: its length in 8 bytes, big-endian, and its bytes.
  tagged_bytes& add(byte_view field);

  /// Appends a number as a field of 8 bytes, big-endian.
  tagged_bytes& add(uint64_t number);

  [[nodiscard]] const bytes& data() const noexcept {
    return data_;
  }

private:
  void append(uint64_t number);

  bytes data_;
};

} // namespace carillon::identity
