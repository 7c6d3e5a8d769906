#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/sip/flow.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carillon {

/// A host and a port.
struct endpoint {
  /// An IP address or a host name, without brackets.
  std::string host;
  uint16_t port = 0;

  bool operator==(const endpoint&) const = default;
};

/// Where SIP messages are taken in.
struct sip_endpoint {
  sip::transport kind = sip::transport::udp;
  endpoint address;

  bool operator==(const sip_endpoint&) const = default;
};

/// A node that leads into the ring.
struct bootstrap_endpoint {
  endpoint address;
  /// The ring descriptor that the node must show.
  std::optional<identity::fingerprint> descriptor;

  bool operator==(const bootstrap_endpoint&) const = default;
};

/// Reads `host:port`; the host is an IP address, IPv6 in brackets, or a host
/// name, and the port is 1 to 65535.
/// @returns `malformed` for anything else; the detail says what is expected.
[[nodiscard]] expected<endpoint> parse_endpoint(std::string_view text);

/// Reads `IP:port`, the address of one of this machine's interfaces. Port 0
/// lets the system choose.
/// @returns `malformed` for anything else; the detail says what is expected.
[[nodiscard]] expected<endpoint> parse_listen_endpoint(std::string_view text);

/// Reads `udp:IP:port`, `tcp:IP:port` or `tls:IP:port`.
/// @returns as `parse_listen_endpoint`.
[[nodiscard]] expected<sip_endpoint> parse_sip_endpoint(std::string_view text);

/// Reads `sha256=DIGITS`, the fingerprint of a ring descriptor.
/// @returns as `parse_endpoint`.
[[nodiscard]] expected<identity::fingerprint>
parse_ring_pin(std::string_view text);

/// Reads `host:port` or `host:port#sha256=DIGITS`.
/// @returns as `parse_endpoint`.
[[nodiscard]] expected<bootstrap_endpoint>
parse_bootstrap_endpoint(std::string_view text);

/// Gives `host:port`, IPv6 in brackets.
[[nodiscard]] std::string to_string(const endpoint& address);

/// Gives `udp:host:port`, `tcp:host:port` or `tls:host:port`.
[[nodiscard]] std::string to_string(const sip_endpoint& address);

/// Gives a listener as the local part of a flow.
[[nodiscard]] sip::flow local_flow(const sip_endpoint& listener);

/// Tells whether only this machine can reach an address.
[[nodiscard]] bool is_loopback(const endpoint& address);

} // namespace carillon
