#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/parameters.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::sip {

/// How every RFC 3261 branch begins (section 8.1.1.7).
inline constexpr std::string_view magic_cookie = "z9hG4bK";

/// One Via value (RFC 3261 section 20.42).
struct via {
  /// "UDP", "TCP", "TLS", in upper case; others are kept as they are.
  std::string protocol;
  /// The host of sent-by in lower case, IPv6 without brackets.
  std::string host;
  /// The port of sent-by; 0 when not given.
  uint16_t port = 0;
  parameters params;

  /// Reads one Via value.
  /// @returns `malformed` when it is none, or no SIP/2.0.
  [[nodiscard]] static expected<via> parse(std::string_view text);

  /// Gives the branch, or the empty text.
  [[nodiscard]] std::string branch() const;

  /// Tells whether the branch was made by an RFC 3261 element.
  [[nodiscard]] bool has_magic_cookie() const;

  bool operator==(const via&) const = default;
};

/// Prints "SIP/2.0/UDP host:port;params".
[[nodiscard]] std::string to_string(const via& value);

/// Notes on a received Via where the request came from: `received`, and
/// `rport` when asked for (RFC 3261 section 18.2.1, RFC 3581 section 4).
void note_source(via& top, const flow& source);

/// Tells where the responses to a request go (RFC 3261 section 18.2.2, RFC
/// 3581 section 4): back over the connection of a stream; for UDP to the
/// source address, and to its port when `rport` was asked for, else to the
/// port of sent-by. `maddr` is ignored: answers never go to a third party.
[[nodiscard]] flow response_flow(const via& top, const flow& source);

} // namespace carillon::sip
