#pragma once

#include "protocols/chord/ring_id.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace carillon {

/// Draws a key somewhere on the ring.
[[nodiscard]] inline chord::ring_id random_key(std::mt19937_64& random) {
  std::array<uint8_t, chord::ring_id::size> data;
  std::ranges::generate(data, [&] { return static_cast<uint8_t>(random()); });
  return chord::ring_id{data};
}

} // namespace carillon
