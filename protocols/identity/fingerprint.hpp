#pragma once

#include "protocols/bytes.hpp"

#include <array>
#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace carillon::identity {

/// The SHA-256 of a key, a bundle, a record or a ring descriptor. Fingerprints
/// are public, so comparing them needs no constant time.
class fingerprint {
public:
  /// Bytes of a fingerprint.
  static constexpr size_t size = 32;

  /// Makes the fingerprint zero, which stands for nothing.
  constexpr fingerprint() noexcept = default;

  /// Hashes `data` with SHA-256.
  [[nodiscard]] static fingerprint of(byte_view data);

  /// Reads 32 bytes.
  /// @returns `malformed` for any other length.
  [[nodiscard]] static expected<fingerprint> from_bytes(byte_view data);

  /// Reads 64 hexadecimal digits; the spaces of `to_groups` may stand between
  /// them.
  /// @returns `malformed` for anything else.
  [[nodiscard]] static expected<fingerprint> from_hex(std::string_view text);

  [[nodiscard]] constexpr const std::array<uint8_t, size>&
  data() const noexcept {
    return data_;
  }

  /// Gives the 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string to_hex() const;

  /// Gives the form for reading aloud: 16 groups of 4 hexadecimal digits,
  /// separated by spaces. Hexadecimal and not decimal, so that what is read
  /// aloud is what files and logs show.
  [[nodiscard]] std::string to_groups() const;

  constexpr auto operator<=>(const fingerprint&) const noexcept = default;

private:
  std::array<uint8_t, size> data_{};
};

} // namespace carillon::identity

template <>
struct std::hash<carillon::identity::fingerprint> {
  size_t operator()(const carillon::identity::fingerprint& id) const noexcept {
    size_t result = 0;
    // Fingerprints are uniformly distributed already.
    for (size_t i = 0; i < sizeof(result); ++i)
      result = (result << 8) | id.data()[i];
    return result;
  }
};
