#include "protocols/sip/flow.hpp"

#include <arpa/inet.h>

#include <array>

namespace carillon::sip {

bool is_reliable(transport kind) noexcept {
  return kind != transport::udp;
}

std::string_view to_string(transport kind) noexcept {
  switch (kind) {
  case transport::udp:
    return "UDP";
  case transport::tcp:
    return "TCP";
  case transport::tls:
  case transport::link:
    return "TLS";
  }
  return "UDP";
}

std::string to_string(const flow& path) {
  std::string result;
  switch (path.kind) {
  case transport::link:
    return "link:" + path.remote_address;
  case transport::udp:
    result = "udp:";
    break;
  case transport::tcp:
    result = "tcp:";
    break;
  case transport::tls:
    result = "tls:";
    break;
  }
  if (path.remote_address.find(':') == std::string::npos)
    result += path.remote_address;
  else
    result += '[' + path.remote_address + ']';
  return result += ':' + std::to_string(path.remote_port);
}

std::string canonical_ip(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']')
    text = text.substr(1, text.size() - 2);
  const std::string input{text};
  std::array<unsigned char, sizeof(in6_addr)> address{};
  std::array<char, INET6_ADDRSTRLEN> output{};
  for (const int family : {AF_INET, AF_INET6})
    if (inet_pton(family, input.c_str(), address.data()) == 1
        && inet_ntop(family, address.data(), output.data(), output.size()))
      return output.data();
  return {};
}

bool is_loopback(std::string_view address) noexcept {
  return address == "::1" || address.starts_with("127.")
    || address.starts_with("::ffff:127.");
}

bool is_unspecified(std::string_view address) noexcept {
  return address == "0.0.0.0" || address == "::";
}

} // namespace carillon::sip
