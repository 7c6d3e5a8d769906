#include "protocols/bytes.hpp"

#include <botan/base64.h>
#include <botan/exceptn.h>
#include <botan/hex.h>
#include <botan/mem_ops.h>

namespace carillon {

byte_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(byte_view data) noexcept {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

bytes to_bytes(byte_view data) {
  return {data.begin(), data.end()};
}

bytes to_bytes(std::string_view text) {
  return to_bytes(as_bytes(text));
}

std::string to_hex(byte_view data) {
  return Botan::hex_encode(data.data(), data.size(), false);
}

expected<bytes> from_hex(std::string_view text) {
  try {
    return Botan::hex_decode(text.data(), text.size(), false);
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "not hexadecimal");
  }
}

std::string to_base64(byte_view data) {
  return Botan::base64_encode(data.data(), data.size());
}

expected<bytes> from_base64(std::string_view text) {
  try {
    auto raw = Botan::base64_decode(text.data(), text.size(), false);
    bytes result{raw.begin(), raw.end()};
    // Botan forgives stray bits in the last character; a second spelling of
    // signed data must not exist.
    if (to_base64(result) != text)
      return fail(errc::malformed, "not canonical Base64");
    return result;
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "not Base64");
  }
}

bool constant_time_equal(byte_view lhs, byte_view rhs) noexcept {
  return lhs.size() == rhs.size()
    && Botan::constant_time_compare(lhs.data(), rhs.data(), lhs.size());
}

} // namespace carillon
