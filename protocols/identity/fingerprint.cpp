#include "protocols/identity/fingerprint.hpp"

#include <botan/hash.h>

#include <algorithm>

namespace carillon::identity {

namespace {

constexpr size_t group_digits = 4;

} // namespace

fingerprint fingerprint::of(byte_view data) {
  const auto sha = Botan::HashFunction::create_or_throw("SHA-256");
  sha->update(data.data(), data.size());
  fingerprint result;
  sha->final(result.data_.data());
  return result;
}

expected<fingerprint> fingerprint::from_bytes(byte_view data) {
  if (data.size() != size)
    return fail(errc::malformed, "a fingerprint has 32 bytes");
  fingerprint result;
  std::copy(data.begin(), data.end(), result.data_.begin());
  return result;
}

expected<fingerprint> fingerprint::from_hex(std::string_view text) {
  std::string digits;
  // Twice the digits leave room for any spacing.
  if (text.size() <= 4 * size)
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](char c) { return c != ' '; });
  if (digits.size() != 2 * size)
    return fail(errc::malformed, "a fingerprint has 64 hexadecimal digits");
  return carillon::from_hex(digits).and_then(
    [](const bytes& data) { return from_bytes(data); });
}

std::string fingerprint::to_hex() const {
  return carillon::to_hex(data_);
}

std::string fingerprint::to_groups() const {
  const auto digits = to_hex();
  std::string result;
  for (size_t i = 0; i < digits.size(); i += group_digits) {
    if (i != 0)
      result += ' ';
    result += digits.substr(i, group_digits);
  }
  return result;
}

} // namespace carillon::identity
