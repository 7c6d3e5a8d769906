#include "protocols/identity/security_mode.hpp"

#include <string>

namespace carillon::identity {

std::string_view to_string(security_mode value) noexcept {
  return value == security_mode::signed_mode ? "signed" : "protected";
}

expected<security_mode> parse_security_mode(std::string_view text) {
  for (auto value :
       {security_mode::signed_mode, security_mode::protected_mode}) {
    if (text == to_string(value))
      return value;
  }
  return fail(errc::wrong_mode,
              "expected signed or protected, got " + std::string{text});
}

expected<security_mode> security_mode_from_number(uint32_t number) {
  switch (number) {
  case static_cast<uint32_t>(security_mode::signed_mode):
    return security_mode::signed_mode;
  case static_cast<uint32_t>(security_mode::protected_mode):
    return security_mode::protected_mode;
  default:
    return fail(errc::wrong_mode, "mode " + std::to_string(number));
  }
}

} // namespace carillon::identity
