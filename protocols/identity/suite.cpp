#include "protocols/identity/suite.hpp"

#include "protocols/identity/defaults.hpp"

#include <string>

namespace carillon::identity {

std::string_view to_string(suite value) noexcept {
  return value == suite::rsa ? "rsa" : "ed25519-x25519";
}

expected<suite> parse_suite(std::string_view text) {
  for (auto value : {suite::ed25519_x25519, suite::rsa}) {
    if (text == to_string(value))
      return value;
  }
  return fail(errc::unsupported_suite,
              "expected ed25519-x25519 or rsa, got " + std::string{text});
}

expected<suite> suite_from_number(uint32_t number) {
  switch (number) {
  case static_cast<uint32_t>(suite::ed25519_x25519):
    return suite::ed25519_x25519;
  case static_cast<uint32_t>(suite::rsa):
    return suite::rsa;
  default:
    return fail(errc::unsupported_suite, "suite " + std::to_string(number));
  }
}

expected<void> validate_rsa_bits(size_t bits) {
  if (bits < defaults::min_rsa_bits)
    return fail(errc::weak_key,
                "RSA key of " + std::to_string(bits) + " bits, at least "
                  + std::to_string(defaults::min_rsa_bits) + " are required");
  if (bits > defaults::max_rsa_bits)
    return fail(errc::too_large,
                "RSA key of " + std::to_string(bits) + " bits, at most "
                  + std::to_string(defaults::max_rsa_bits) + " are permitted");
  return {};
}

} // namespace carillon::identity
