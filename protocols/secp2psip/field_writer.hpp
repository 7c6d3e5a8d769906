#pragma once

#include "protocols/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carillon::secp2psip {

/// Writes what `field_reader` reads. As there, the first failure sticks, and
/// `finish` tells it.
class field_writer {
public:
  /// Continues after `written`.
  explicit field_writer(bytes written = {})
    : written_(std::move(written)) {}

  /// Writes the line `text`.
  void line(std::string_view text);

  /// Writes `name: value`; fails for what `field_reader::text` refuses.
  void text(std::string_view name, std::string_view value, size_t max_size);

  /// Writes a decimal number.
  void number(std::string_view name, uint64_t value);

  /// Writes lower-case hexadecimal.
  void hex(std::string_view name, byte_view value);

  /// Writes Base64; fails for an empty value.
  void base64(std::string_view name, byte_view value);

  /// Writes Base64, or `-` for the absence of a value.
  void optional_base64(std::string_view name,
                       const std::optional<bytes>& value);

  /// Writes the last field: the number of bytes of `value`, then these bytes.
  /// Fails for an empty value.
  void body(std::string_view name, byte_view value);

  /// Makes the writer fail, unless it has failed before.
  void refuse(errc code, std::string detail);

  /// Gives what was written.
  /// @returns `malformed` or `too_large` for a value that its field cannot
  ///          carry; the detail names the field. `too_large` also beyond
  ///          `defaults::max_message_size`.
  [[nodiscard]] expected<bytes> finish();

private:
  void field(std::string_view name, std::string_view value);

  void append(std::string_view text);

  bytes written_;
  std::optional<error> failure_;
};

} // namespace carillon::secp2psip
