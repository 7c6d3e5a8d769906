#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::sip {

/// How SIP messages travel.
enum class transport : uint8_t {
  udp,
  tcp,
  tls,
  /// Between the adapters of two nodes, which stand for themselves by names
  /// instead of addresses.
  link,
};

/// Tells whether the transport neither loses nor reorders messages.
[[nodiscard]] bool is_reliable(transport kind) noexcept;

/// Gives the name in a Via header: "UDP", "TCP" or "TLS", which is what links
/// run over.
[[nodiscard]] std::string_view to_string(transport kind) noexcept;

/// Where a message came from or goes to, as plain data. The edge that owns the
/// sockets makes and understands it.
struct flow {
  transport kind = transport::udp;
  /// IP addresses as text in canonical form, IPv6 without brackets. On links
  /// the names of nodes; they have no ports.
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

/// Tells whether only programs on the same machine reach an address (RFC 1122
/// section 3.2.1.3, RFC 4291 section 2.5.3).
/// @param address in canonical form.
[[nodiscard]] bool is_loopback(std::string_view address) noexcept;

/// Tells whether an address names no machine: "0.0.0.0" or "::".
/// @param address in canonical form.
[[nodiscard]] bool is_unspecified(std::string_view address) noexcept;

} // namespace carillon::sip
