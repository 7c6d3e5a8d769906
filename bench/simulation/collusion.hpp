#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/time.hpp"

#include <cstdint>
#include <random>

namespace carillon {

/// Holders of shares that work together against the readers of keys.
struct collusion {
  /// Shares of a key that rebuild it, shares, and holders of each.
  uint8_t k = 4;
  uint8_t n = 8;
  uint8_t replicas = 3;
  /// How likely a holder is hostile.
  double hostile_share = 0;
  /// Whether they have the key of a bootstrap server: then they admit a key of
  /// their own for each user, later than the user's, and hold its shares.
  /// Without it there is nothing they could give but what is no share.
  bool stolen_bootstrap = false;
};

/// What became of the keys of many users.
struct collusion_tally {
  size_t users = 0;
  /// Readers got a key of the hostile holders.
  size_t impersonated = 0;
  /// Readers got no key.
  size_t unavailable = 0;
};

/// Has each key read once by `identity::share_reader`, from holders that are
/// hostile by chance.
/// @returns `invalid_threshold`, or what making and splitting keys gives.
[[nodiscard]] expected<collusion_tally>
read_among_colluders(const collusion& how, size_t users, uint64_t seed);

/// The share of users that a reader takes a hostile key for: the k owners that
/// it asks first are all hostile, or they disagree and more than half of the
/// holders are hostile for at least k shares, and for more shares than more
/// than half are honest for.
[[nodiscard]] double expected_impersonated(const collusion& how);

/// The share of users whose key a reader does not get, nor another one: more
/// than n - k shares have hostile holders only; with a stolen bootstrap key,
/// the first k owners disagree and the majority of the holders decides for
/// neither key.
[[nodiscard]] double expected_unavailable(const collusion& how);

} // namespace carillon
