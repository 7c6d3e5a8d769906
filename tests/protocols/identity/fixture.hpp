#pragma once

#include "protocols/identity/admission.hpp"
#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/location.hpp"
#include "protocols/identity/record.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/verifier.hpp"
#include "tests/support/must.hpp"

#include <botan/chacha_rng.h>
#include <gtest/gtest.h>

#include <ostream>

namespace carillon {

/// Shows errors in failed expectations.
inline void PrintTo(const error& err, std::ostream* out) {
  *out << to_string(err);
}

inline void PrintTo(errc code, std::ostream* out) {
  *out << to_string(code);
}

} // namespace carillon

namespace carillon::identity::test {

/// A generator that gives the same bytes in every run.
Botan::ChaCha_RNG make_rng(uint8_t seed);

/// The time at which every test starts.
inline constexpr timestamp start{std::chrono::seconds{1'800'000'000}};

using carillon::test::must;

/// Gives the error code of a failed expected; `count_` when it did not fail.
template <class T>
errc code_of(const expected<T>& result) {
  return result ? errc::count_ : result.error().code;
}

/// Gives `data` with one byte altered: the bits of `mask` are flipped.
bytes flipped(bytes data, size_t position, unsigned mask);

/// A user with keys and a bundle.
struct user {
  address_of_record aor;
  key_pair keys;
  bytes encoded;
  key_bundle bundle;
};

/// A ring with one bootstrap server, and users for it.
class ring_test : public testing::Test {
public:
  static ring_settings settings_for(const key_pair& bootstrap);

  /// Makes a user whose bundle has this epoch.
  user make_user(const std::string& name, uint64_t epoch = 1,
                 suite kind = suite::ed25519_x25519);

  /// Admits a user's bundle.
  admission_set admit(const user& who, uint64_t epoch, timestamp now = start,
                      const bytes& succession = {});

  /// Makes the user's location record.
  bytes locate(const user& who, const admission_set& admitted, uint64_t epoch,
               timestamp now = start, bool tombstone = false);

  /// Lets the old key sign for the new bundle.
  bytes succeed(const user& old, const user& replacement);

  record_info verified(const bytes& record, timestamp now = start);

  Botan::ChaCha_RNG rng = make_rng(1);
  key_pair bootstrap = must(key_pair::generate(suite::ed25519_x25519, rng));
  ring_descriptor ring =
    must(ring_descriptor::found(settings_for(bootstrap), bootstrap, rng));
  verifier check;
};

} // namespace carillon::identity::test
