#pragma once

#include "protocols/bytes.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace carillon::chord {

/// A point on the identifier circle of 2^160 points, big-endian.
/// Source: SecP2PSIP section II; Stoica et al., "Chord", section 4.
class ring_id {
public:
  /// Bytes of an id.
  static constexpr size_t size = 20;

  /// Bits of an id, which is also the number of finger-table targets.
  static constexpr size_t bits = size * 8;

  /// Makes the id zero.
  constexpr ring_id() noexcept = default;

  /// Takes the id from its big-endian bytes.
  constexpr explicit ring_id(const std::array<uint8_t, size>& data) noexcept
    : data_(data) {}

  /// Gives the id of a name or key: the first 160 bits of SHA-256.
  [[nodiscard]] static ring_id hash(byte_view data);

  /// Reads 40 hexadecimal digits.
  /// @returns `malformed` for anything else.
  [[nodiscard]] static expected<ring_id> from_hex(std::string_view text);

  /// Reads 20 bytes.
  /// @returns `malformed` for any other length.
  [[nodiscard]] static expected<ring_id> from_bytes(byte_view data);

  [[nodiscard]] constexpr const std::array<uint8_t, size>&
  data() const noexcept {
    return data_;
  }

  /// Gives this id plus 2^exponent, modulo 2^160: the target of the finger
  /// with that number. `exponent` is below `bits`.
  [[nodiscard]] ring_id plus_power_of_two(size_t exponent) const noexcept;

  /// Gives the clockwise distance from this id to `other`.
  [[nodiscard]] ring_id distance_to(const ring_id& other) const noexcept;

  /// Gives the position of the highest set bit, or -1 for zero.
  [[nodiscard]] int highest_bit() const noexcept;

  /// Gives the 40 hexadecimal digits.
  [[nodiscard]] std::string to_hex() const;

  friend bool operator==(const ring_id&, const ring_id&) noexcept = default;

  friend std::strong_ordering operator<=>(const ring_id& lhs,
                                          const ring_id& rhs) noexcept {
    // Each hop of each lookup compares ids, and most differ in the first bytes.
    if (const auto order = lhs.word(0) <=> rhs.word(0); order != 0)
      return order;
    if (const auto order =
          lhs.word(sizeof(uint64_t)) <=> rhs.word(sizeof(uint64_t));
        order != 0)
      return order;
    return lhs.data_ <=> rhs.data_;
  }

  /// Gives the position as a part of the circle, from 0 to 1, as exactly as a
  /// double can.
  [[nodiscard]] double as_part() const noexcept {
    constexpr double circle = 18446744073709551616.0;
    return static_cast<double>(word(0)) / circle
      + static_cast<double>(word(sizeof(uint64_t))) / circle / circle;
  }

private:
  /// Reads eight bytes, big-endian.
  [[nodiscard]] uint64_t word(size_t position) const noexcept {
    uint64_t result = 0;
    for (size_t i = 0; i < sizeof(result); ++i)
      result = (result << 8) | data_[position + i];
    return result;
  }

  std::array<uint8_t, size> data_{};
};

/// Tells whether `id` lies in (from, to], clockwise: the arc of keys that peer
/// `to` with predecessor `from` is responsible for. With `from == to` the arc
/// is the whole circle.
[[nodiscard]] inline bool in_arc(const ring_id& from, const ring_id& id,
                                 const ring_id& to) noexcept {
  if (from < to)
    return from < id && id <= to;
  return from < id || id <= to;
}

/// Tells whether `id` lies strictly between `from` and `to`, clockwise. With
/// `from == to` the interval is the whole circle but that point.
[[nodiscard]] inline bool between(const ring_id& from, const ring_id& id,
                                  const ring_id& to) noexcept {
  if (from == to)
    return id != from;
  return id != to && in_arc(from, id, to);
}

/// Gives the first digits of an id, which is what people compare in a log.
[[nodiscard]] std::string brief(const ring_id& id);

/// Tells whether `ids` holds `id`; for lists of a handful.
[[nodiscard]] inline bool contains(std::span<const ring_id> ids,
                                   const ring_id& id) noexcept {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

} // namespace carillon::chord

template <>
struct std::hash<carillon::chord::ring_id> {
  size_t operator()(const carillon::chord::ring_id& id) const noexcept {
    size_t result = 0;
    // Ids are uniformly distributed already.
    for (size_t i = 0; i < sizeof(result); ++i)
      result = (result << 8) | id.data()[i];
    return result;
  }
};
