#pragma once

#include <cstdint>
#include <string>

namespace carillon::secp2psip {

/// Why the other side refused.
struct refusal {
  /// The SIP status code for the phone, 400 to 699.
  uint16_t code = 0;
  /// Printable ASCII for a person, at most `defaults::max_reason_size`
  /// characters.
  std::string reason;

  bool operator==(const refusal&) const = default;
};

} // namespace carillon::secp2psip
