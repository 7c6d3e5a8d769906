#pragma once

#include "bench/load/signed_sizes.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/security_mode.hpp"

#include <botan/chacha_rng.h>

#include <memory>
#include <vector>

namespace carillon {

/// What phones ask of a node over and over.
enum class phone_operation : uint8_t { registration, call };

/// What is done with bytes of one kind in the course of an operation.
struct crypto_step {
  size_t signed_bytes = 0;
  size_t signatures = 0;
  size_t verifications = 0;
  /// Of a message that is sealed once and opened once; 0 for others.
  size_t sealed_bytes = 0;
};

/// Gives all that a node of one virtual peer signs, verifies, seals and opens
/// in the course of one operation, as `docs/bench.md` derives it.
/// @param is_cold of a registration: it is the first one of its user; of a
///        call: neither party's adapter keeps the key of the other.
/// @param workers of the node, each of which remembers what it has verified.
[[nodiscard]] std::vector<crypto_step>
crypto_steps(phone_operation what, identity::security_mode mode, bool is_cold,
             size_t workers, const signed_sizes& sizes);

/// Measures what the cryptography of an operation costs alone, on one thread,
/// with the functions that the node uses.
class crypto_floor {
public:
  /// Makes keys, and finds out what is signed.
  /// @param phones as of `measure_signed_sizes`.
  /// @returns as `measure_signed_sizes`.
  [[nodiscard]] static expected<crypto_floor> make(load_phones& phones);

  /// Does the cryptography of an operation many times.
  /// @returns CPU time of one, in microseconds: the median of several turns.
  [[nodiscard]] expected<double>
  measure(phone_operation what, identity::security_mode mode, bool is_cold);

private:
  crypto_floor(const signed_sizes& sizes, identity::key_pair keys);

  [[nodiscard]] expected<void> perform(const crypto_step& step,
                                       const bytes& signature);

  signed_sizes sizes_;
  identity::key_pair keys_;
  std::unique_ptr<Botan::ChaCha_RNG> rng_;
};

} // namespace carillon
