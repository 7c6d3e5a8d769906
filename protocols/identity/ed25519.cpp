#include "protocols/identity/ed25519.hpp"

#include "protocols/identity/sodium.hpp"

#include <sodium.h>

#include <algorithm>

namespace carillon::identity::ed25519 {

static_assert(crypto_sign_PUBLICKEYBYTES == std::tuple_size_v<point>);
static_assert(crypto_sign_SECRETKEYBYTES == private_key_size);
static_assert(crypto_sign_BYTES == signature_size);

namespace {

/// The field's prime, 2^255 - 19 (RFC 8032 section 5.1), little-endian as all
/// of its numbers.
constexpr auto field_prime = [] {
  point result{};
  result.fill(0xff);
  result.front() = 0xed;
  result.back() = 0x7f;
  return result;
}();

/// The y coordinates of the points whose order divides 8.
constexpr std::array<point, 5> low_order_points{{
  {0x00},
  {0x01},
  {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
  {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
   0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
   0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
  {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
   0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
   0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

} // namespace

bool is_usable(const point& key) noexcept {
  auto y = key;
  // The top bit is the sign of x.
  y.back() &= 0x7f;
  return std::lexicographical_compare(y.rbegin(), y.rend(),
                                      field_prime.rbegin(), field_prime.rend())
    && std::ranges::find(low_order_points, y) == low_order_points.end();
}

bool verify(const point& key, byte_view message, byte_view signature) noexcept {
  prepare_sodium();
  return signature.size() == signature_size
    && crypto_sign_verify_detached(signature.data(), message.data(),
                                   message.size(), key.data())
    == 0;
}

bytes sign(byte_view private_key, byte_view message) {
  prepare_sodium();
  bytes result(signature_size);
  crypto_sign_detached(result.data(), nullptr, message.data(), message.size(),
                       private_key.data());
  return result;
}

} // namespace carillon::identity::ed25519
