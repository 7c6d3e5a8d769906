#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/parameters.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carillon::sip {

/// An address with its display name and header parameters, as in From, To,
/// Contact, Route and Record-Route (RFC 3261 section 20.10).
struct name_addr {
  /// Without quotes; empty when there is none.
  std::string display;
  /// The URI of whatever scheme; `uri::parse` reads it when it is SIP's.
  /// "*" for the wildcard Contact.
  std::string address;
  parameters params;

  /// Reads one From, To, Contact, Route or Record-Route value.
  /// @returns `malformed` when it is none.
  [[nodiscard]] static expected<name_addr> parse(std::string_view text);

  /// Gives the tag parameter, or the empty text.
  [[nodiscard]] std::string tag() const;

  /// Gives the q-value in thousandths; 1000 when absent (RFC 3261 section
  /// 16.6 leaves that open, RFC 2543 said 1).
  /// @returns nothing when it is malformed.
  [[nodiscard]] std::optional<unsigned> q() const;

  bool operator==(const name_addr&) const = default;
};

/// Prints `"display" <uri>;params`, or "*".
[[nodiscard]] std::string to_string(const name_addr& value);

/// Prints thousandths as a q-value: "1", "0.5", "0.125".
[[nodiscard]] std::string print_q(unsigned thousandths);

} // namespace carillon::sip
