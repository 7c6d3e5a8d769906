#pragma once

#include "protocols/bytes.hpp"

#include <botan/chacha_rng.h>

#include <algorithm>
#include <cstdint>
#include <random>

namespace carillon {

/// Draws what seeds a generator of keys: 32 bytes. For simulations only.
[[nodiscard]] inline bytes draw_seed(std::mt19937_64& random) {
  bytes result(32);
  std::ranges::generate(result, [&] { return static_cast<uint8_t>(random()); });
  return result;
}

/// Makes a generator of keys that gives the same in every run.
[[nodiscard]] inline Botan::ChaCha_RNG
make_seeded_rng(std::mt19937_64& random) {
  const auto seed = draw_seed(random);
  return Botan::ChaCha_RNG{
    Botan::secure_vector<uint8_t>(seed.begin(), seed.end())};
}

} // namespace carillon
