#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace carillon::secp2psip {

/// Reads a message field by field in its one permitted order.
///
/// Every line ends with CRLF and has exactly one spelling. The first failure
/// sticks: from then on all functions give empty values, and the caller looks
/// at `failure()` once, before it uses anything that was read. Failures are
/// `malformed` or `too_large`, and name the field. What is given as a view
/// points into the message.
class field_reader {
public:
  explicit field_reader(byte_view message) noexcept
    : message_(message) {}

  /// Expects the line `text`.
  void line(std::string_view text);

  /// Reads `name: value`, where the value is 1 to `max_size` printable ASCII
  /// characters without a space at either end.
  std::string_view text(std::string_view name, size_t max_size);

  /// Reads a decimal number of at most `max`, without leading zeros.
  uint64_t number(std::string_view name, uint64_t max);

  /// Reads the version, which has to be `defaults::version`; fails with
  /// `unsupported_version`.
  void version();

  /// Reads a fingerprint in lower-case hexadecimal.
  identity::fingerprint fingerprint(std::string_view name);

  /// Reads Size bytes in lower-case hexadecimal.
  template <size_t Size>
  std::array<uint8_t, Size> hex(std::string_view name) {
    const auto raw = hex_bytes(name, Size);
    std::array<uint8_t, Size> result{};
    if (raw.size() == Size)
      std::copy(raw.begin(), raw.end(), result.begin());
    return result;
  }

  /// Reads at least one byte in Base64.
  bytes base64(std::string_view name);

  /// Reads Base64, or `-` for the absence of a value.
  std::optional<bytes> optional_base64(std::string_view name);

  /// Tells whether the next line is the field `name`; reads nothing.
  [[nodiscard]] bool is_next(std::string_view name) const;

  /// Reads the last field, whose value is the number of bytes that follow its
  /// line. They are all of the rest of the message and not empty.
  byte_view body(std::string_view name);

  /// Expects the end of the message.
  void end();

  /// Makes the reader fail, unless it has failed before.
  void refuse(errc code, std::string detail);

  /// Gives the first failure, if there was any.
  [[nodiscard]] const std::optional<error>& failure() const noexcept {
    return failure_;
  }

  /// Gives the bytes that were read so far.
  [[nodiscard]] byte_view consumed() const noexcept {
    return message_.first(position_);
  }

private:
  /// Takes the next line without its CRLF.
  std::string_view next_line();

  /// Takes the value of the next line, which has to be the field `name`.
  std::string_view value(std::string_view name);

  bytes hex_bytes(std::string_view name, size_t size);

  bytes decode_base64(std::string_view name, std::string_view content);

  byte_view message_;
  size_t position_ = 0;
  std::optional<error> failure_;
};

} // namespace carillon::secp2psip
