#include "protocols/identity/x25519.hpp"

#include "protocols/identity/sodium.hpp"

#include <sodium.h>

namespace carillon::identity::x25519 {

static_assert(crypto_scalarmult_curve25519_SCALARBYTES == key_size);
static_assert(crypto_scalarmult_curve25519_BYTES == key_size);

point public_point(byte_view private_key) noexcept {
  prepare_sodium();
  point result{};
  crypto_scalarmult_curve25519_base(result.data(), private_key.data());
  return result;
}

expected<Botan::secure_vector<uint8_t>> agree(byte_view private_key,
                                              byte_view public_key) {
  prepare_sodium();
  Botan::secure_vector<uint8_t> result(key_size);
  // The library refuses a secret of zeros itself.
  if (crypto_scalarmult_curve25519(result.data(), private_key.data(),
                                   public_key.data())
      != 0)
    return fail(errc::invalid_key, "X25519 public key of low order");
  return result;
}

} // namespace carillon::identity::x25519
