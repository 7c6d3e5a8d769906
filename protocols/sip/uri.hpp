#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/parameters.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::sip {

/// The default ports (RFC 3261 section 19.1.2).
inline constexpr uint16_t default_sip_port = 5060;
inline constexpr uint16_t default_sips_port = 5061;

/// A sip or sips URI (RFC 3261 section 19.1).
struct uri {
  /// sips instead of sip.
  bool secure = false;
  /// The user part with escapes resolved; empty when there is none.
  std::string user;
  /// The host in lower case; an IPv6 address without its brackets.
  std::string host;
  /// 0 when not given.
  uint16_t port = 0;
  parameters params;
  /// What follows '?', as written; empty when there is none.
  std::string headers;

  /// Reads a URI strictly. A password is accepted and dropped (section 19.1.1
  /// advises against passwords).
  /// @returns `malformed` for anything that is no sip or sips URI or breaks
  ///          its grammar, `too_large` above `defaults::max_uri_size`.
  [[nodiscard]] static expected<uri> parse(std::string_view text);

  bool operator==(const uri&) const = default;
};

/// Tells whether text begins with "sip:" or "sips:".
[[nodiscard]] bool is_sip_scheme(std::string_view text) noexcept;

/// Prints a URI without angle brackets.
[[nodiscard]] std::string to_string(const uri& value);

/// Prints host and port as in `hostport`, IPv6 in brackets, without port 0.
[[nodiscard]] std::string to_hostport(std::string_view host, uint16_t port);

/// Compares as RFC 3261 section 19.1.4 wants: user by case, host and parameter
/// names without; a missing port is not port 5060; `user`, `ttl`, `method`,
/// `maddr` and `transport` have to be in both or in none, other parameters
/// have to agree only where both have them; headers have to be the same.
[[nodiscard]] bool equivalent(const uri& lhs, const uri& rhs);

/// Gives the port to send to: the given one, or the default of the scheme and
/// transport (5060, with TLS 5061; RFC 3263 section 4.2).
[[nodiscard]] uint16_t effective_port(const uri& value) noexcept;

/// Tells whether a phone may register this contact: no headers, no `maddr`,
/// and the host is the very IP address the request came from, so that nobody
/// can point calls or relayed traffic at a third party.
/// @returns `malformed` with the reason when not.
[[nodiscard]] expected<void> check_contact(const uri& contact,
                                           const flow& source);

} // namespace carillon::sip
