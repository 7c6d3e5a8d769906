#include "protocols/chord/ring_id.hpp"

#include <botan/hash.h>

#include <algorithm>
#include <bit>

namespace carillon::chord {

ring_id ring_id::hash(byte_view data) {
  const auto sha = Botan::HashFunction::create_or_throw("SHA-256");
  sha->update(data.data(), data.size());
  const auto digest = sha->final();
  std::array<uint8_t, size> result;
  std::copy_n(digest.begin(), size, result.begin());
  return ring_id{result};
}

expected<ring_id> ring_id::from_hex(std::string_view text) {
  if (text.size() != size * 2)
    return fail(errc::malformed, "a ring id has 40 hexadecimal digits");
  return carillon::from_hex(text).and_then(
    [](const bytes& data) { return from_bytes(data); });
}

expected<ring_id> ring_id::from_bytes(byte_view data) {
  if (data.size() != size)
    return fail(errc::malformed, "a ring id has 20 bytes");
  std::array<uint8_t, size> result;
  std::copy(data.begin(), data.end(), result.begin());
  return ring_id{result};
}

ring_id ring_id::plus_power_of_two(size_t exponent) const noexcept {
  auto result = *this;
  auto index = size - 1 - exponent / 8;
  auto carry = 1u << (exponent % 8);
  for (;;) {
    carry += result.data_[index];
    result.data_[index] = static_cast<uint8_t>(carry);
    carry >>= 8;
    if (carry == 0 || index == 0)
      return result;
    --index;
  }
}

ring_id ring_id::distance_to(const ring_id& other) const noexcept {
  ring_id result;
  int borrow = 0;
  for (size_t i = size; i-- > 0;) {
    const auto diff = other.data_[i] - data_[i] - borrow;
    result.data_[i] = static_cast<uint8_t>(diff);
    borrow = diff < 0 ? 1 : 0;
  }
  return result;
}

int ring_id::highest_bit() const noexcept {
  for (size_t i = 0; i < size; ++i) {
    if (data_[i] != 0)
      return static_cast<int>((size - 1 - i) * 8)
        + static_cast<int>(std::bit_width(data_[i])) - 1;
  }
  return -1;
}

std::string ring_id::to_hex() const {
  return carillon::to_hex(data_);
}

std::string brief(const ring_id& id) {
  constexpr size_t digits = 8;
  return id.to_hex().substr(0, digits);
}

} // namespace carillon::chord
