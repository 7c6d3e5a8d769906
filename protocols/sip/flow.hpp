#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::sip {

/// How SIP messages travel.
enum class transport : uint8_t { udp, tcp, tls };

/// Tells whether the transport neither loses nor reorders messages.
[[nodiscard]] bool is_reliable(transport kind) noexcept;

/// Gives the name in a Via header: "UDP", "TCP" or "TLS".
[[nodiscard]] std::string_view to_string(transport kind) noexcept;

/// Where a message came from or goes to, as plain data. The edge that owns the
/// sockets makes and understands it.
struct flow {
  transport kind = transport::udp;
  /// IP addresses as text in canonical form, IPv6 without brackets.
  std::string remote_address;
  uint16_t remote_port = 0;
  std::string local_address;
  uint16_t local_port = 0;
  /// The edge's number of a stream connection; 0 for UDP, and for "open one".
  uint64_t connection = 0;

  bool operator==(const flow&) const = default;
};

/// Gives "udp:192.0.2.1:5060" for the remote end, for logs.
[[nodiscard]] std::string to_string(const flow& path);

/// Gives an IP address in its canonical text form, so that two spellings of
/// one address compare equal; brackets around IPv6 are accepted and dropped.
/// @returns the empty text when this is no IP address.
[[nodiscard]] std::string canonical_ip(std::string_view text);

} // namespace carillon::sip
