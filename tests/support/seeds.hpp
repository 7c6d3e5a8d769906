#pragma once

#include <cstdlib>
#include <string>

// The names begin with no CARILLON_: a node that a test starts would take them
// for its configuration.
namespace carillon::test {

/// Gives how many seeds a property test runs: `fallback`, or what the
/// environment variable TEST_SEEDS says.
inline unsigned seed_count(unsigned fallback) {
  const auto* text = std::getenv("TEST_SEEDS");
  return text != nullptr ? static_cast<unsigned>(std::stoul(text)) : fallback;
}

/// Gives the first seed: 1, or what TEST_FIRST_SEED says, so that a
/// failure can be replayed by itself.
inline unsigned first_seed() {
  const auto* text = std::getenv("TEST_FIRST_SEED");
  return text != nullptr ? static_cast<unsigned>(std::stoul(text)) : 1;
}

} // namespace carillon::test
