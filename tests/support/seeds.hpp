#pragma once

#include <cstdlib>
#include <string>

namespace carillon::test {

/// Gives how many seeds a property test runs: `fallback`, or what the
/// environment variable CARILLON_SEEDS says.
inline unsigned seed_count(unsigned fallback) {
  const auto* text = std::getenv("CARILLON_SEEDS");
  return text != nullptr ? static_cast<unsigned>(std::stoul(text)) : fallback;
}

/// Gives the first seed: 1, or what CARILLON_FIRST_SEED says, so that a
/// failure can be replayed by itself.
inline unsigned first_seed() {
  const auto* text = std::getenv("CARILLON_FIRST_SEED");
  return text != nullptr ? static_cast<unsigned>(std::stoul(text)) : 1;
}

} // namespace carillon::test
