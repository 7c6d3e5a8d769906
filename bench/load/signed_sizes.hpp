#pragma once

#include "bench/load/load_phones.hpp"
#include "protocols/error.hpp"

#include <botan/rng.h>

#include <cstddef>

namespace carillon {

/// How much of what a node signs is signed, in bytes, and how much of what it
/// seals is sealed, for users like those of a load. Of envelopes it is their
/// whole size, which is a little more.
struct signed_sizes {
  size_t bundle = 0;
  size_t admission = 0;
  size_t location = 0;
  /// Answers of a holder, with the record.
  size_t location_answer = 0;
  size_t share_answer = 0;
  /// SECP2PSIP messages.
  size_t registration = 0;
  size_t registered = 0;
  size_t invite = 0;
  size_t redirect = 0;
  size_t sealed_invite = 0;
  size_t sealed_redirect = 0;
};

/// Makes one of each, as the node does, and takes their sizes.
/// @param phones at least two, whose names and requests are used.
/// @returns what making keys, records and messages gives.
[[nodiscard]] expected<signed_sizes>
measure_signed_sizes(load_phones& phones, Botan::RandomNumberGenerator& rng);

} // namespace carillon
