#include "protocols/secp2psip/field_text.hpp"

#include <algorithm>
#include <string>

namespace carillon::secp2psip {

expected<void> check_field_text(std::string_view name, std::string_view value,
                                size_t max_size) {
  const auto is_printable = [](char c) {
    return c >= ' ' && c <= '~';
  };
  if (value.size() > max_size)
    return fail(errc::too_large, "field " + std::string{name});
  if (value.empty() || value.front() == ' ' || value.back() == ' '
      || !std::all_of(value.begin(), value.end(), is_printable))
    return fail(errc::malformed, "field " + std::string{name});
  return {};
}

} // namespace carillon::secp2psip
