#include "runtime/endpoint.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "protocols/sip/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstring>

namespace carillon {

namespace {

constexpr std::string_view fingerprint_mark = "sha256=";

tl::unexpected<error> refused(std::string_view wanted) {
  return fail(errc::malformed, "expected " + std::string{wanted});
}

// A host and a port that are still text.
struct halves {
  std::string_view host;
  std::string_view port;
  bool bracketed = false;
};

std::optional<halves> split(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find("]:");
    if (end == std::string_view::npos)
      return std::nullopt;
    return halves{text.substr(1, end - 1), text.substr(end + 2), true};
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  return halves{text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    return std::nullopt;
  return port;
}

bool is_ip(int family, const std::string& host) {
  std::array<uint8_t, sizeof(in6_addr)> address{};
  return ::inet_pton(family, host.c_str(), address.data()) == 1;
}

// Tells whether the host is what its brackets promise.
bool is_ip(const halves& parts) {
  return is_ip(parts.bracketed ? AF_INET6 : AF_INET, std::string{parts.host});
}

} // namespace

expected<endpoint> parse_endpoint(std::string_view text) {
  constexpr auto wanted =
    "HOST:PORT, like example.org:7480, 192.0.2.1:7480 or [2001:db8::1]:7480";
  const auto parts = split(text);
  if (!parts)
    return refused(wanted);
  const auto port = parse_port(parts->port);
  const auto good_host = is_ip(*parts)
    || (!parts->bracketed && identity::validate_domain(parts->host));
  if (!good_host || !port || *port == 0)
    return refused(wanted);
  return endpoint{std::string{parts->host}, *port};
}

expected<endpoint> parse_listen_endpoint(std::string_view text) {
  constexpr auto wanted = "IP:PORT, like 192.0.2.1:7480 or [2001:db8::1]:7480";
  const auto parts = split(text);
  if (!parts || !is_ip(*parts))
    return refused(wanted);
  const auto port = parse_port(parts->port);
  if (!port)
    return refused(wanted);
  return endpoint{std::string{parts->host}, *port};
}

expected<sip_endpoint> parse_sip_endpoint(std::string_view text) {
  constexpr auto wanted =
    "udp:IP:PORT, tcp:IP:PORT or tls:IP:PORT, like udp:192.0.2.1:5060 or "
    "tls:[::1]:5061";
  sip_endpoint result;
  if (text.starts_with("tcp:"))
    result.kind = sip::transport::tcp;
  else if (text.starts_with("tls:"))
    result.kind = sip::transport::tls;
  else if (!text.starts_with("udp:"))
    return refused(wanted);
  auto address = parse_listen_endpoint(text.substr(std::strlen("udp:")));
  if (!address)
    return refused(wanted);
  result.address = std::move(*address);
  return result;
}

expected<identity::fingerprint> parse_ring_pin(std::string_view text) {
  constexpr auto wanted = "sha256= and 64 hexadecimal digits";
  if (!text.starts_with(fingerprint_mark))
    return refused(wanted);
  const auto digits =
    identity::fingerprint::from_hex(text.substr(fingerprint_mark.size()));
  if (!digits)
    return refused(wanted);
  return *digits;
}

expected<bootstrap_endpoint> parse_bootstrap_endpoint(std::string_view text) {
  bootstrap_endpoint result;
  const auto mark = text.find('#');
  if (mark != std::string_view::npos) {
    const auto pin = parse_ring_pin(text.substr(mark + 1));
    if (!pin)
      return refused("#sha256= and 64 hexadecimal digits after the port");
    result.descriptor = *pin;
  }
  auto address = parse_endpoint(text.substr(0, mark));
  if (!address)
    return tl::unexpected{address.error()};
  result.address = std::move(*address);
  return result;
}

std::string to_string(const endpoint& address) {
  const auto is_v6 = address.host.find(':') != std::string::npos;
  const auto host = is_v6 ? '[' + address.host + ']' : address.host;
  return host + ':' + std::to_string(address.port);
}

std::string to_string(const sip_endpoint& address) {
  return sip::to_lower(to_string(address.kind)) + ':'
    + to_string(address.address);
}

sip::flow local_flow(const sip_endpoint& listener) {
  sip::flow result;
  result.kind = listener.kind;
  result.local_address = sip::canonical_ip(listener.address.host);
  result.local_port = listener.address.port;
  return result;
}

bool is_loopback(const endpoint& address) {
  return sip::is_loopback(sip::canonical_ip(address.host));
}

} // namespace carillon
