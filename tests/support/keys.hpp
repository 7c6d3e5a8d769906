#pragma once

#include "protocols/identity/key_pair.hpp"
#include "tests/support/must.hpp"

#include <botan/chacha_rng.h>

namespace carillon::test {

/// Draws a pair of keys of the kind that is quick to make.
inline identity::key_pair make_keys(Botan::RandomNumberGenerator& rng) {
  return must(
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng));
}

/// Gives the keys that belong to a seed, the same in every run.
inline identity::key_pair make_keys(uint8_t seed) {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, seed)};
  return make_keys(rng);
}

} // namespace carillon::test
