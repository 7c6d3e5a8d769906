#pragma once

#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/time.hpp"
#include "tests/support/keys.hpp"

namespace carillon::link {

using namespace std::chrono_literals;

inline constexpr timestamp start_time{std::chrono::seconds{1'800'000'000}};

using test::make_keys;
using test::must;

inline identity::ring_descriptor
make_ring(const identity::key_pair& bootstrap) {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 99)};
  identity::ring_settings settings;
  settings.domain = "example.org";
  settings.bootstrap_keys = {bootstrap.public_half().signature.spki()};
  return must(identity::ring_descriptor::found(settings, bootstrap, rng));
}

} // namespace carillon::link
