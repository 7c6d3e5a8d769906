#include "tests/system/local_address.hpp"

#include "runtime/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace carillon::test {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;

namespace {

/// Gives the addresses of all interfaces that are up.
std::vector<std::string> local_addresses(int family) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0)
    return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{
    list, &::freeifaddrs};
  std::vector<std::string> result;
  for (const auto* item = list; item != nullptr; item = item->ifa_next) {
    if (item->ifa_addr == nullptr || item->ifa_addr->sa_family != family
        || (item->ifa_flags & IFF_UP) == 0)
      continue;
    const void* address = family == AF_INET
      ? static_cast<const void*>(
        &reinterpret_cast<const sockaddr_in*>(item->ifa_addr)->sin_addr)
      : &reinterpret_cast<const sockaddr_in6*>(item->ifa_addr)->sin6_addr;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (::inet_ntop(family, address, text.data(), text.size()) != nullptr)
      result.emplace_back(text.data());
  }
  return result;
}

} // namespace

bool has_ipv6_loopback() {
  const auto all = local_addresses(AF_INET6);
  return std::ranges::find(all, "::1") != all.end();
}

std::optional<std::string> outer_address() {
  for (auto& address : local_addresses(AF_INET))
    if (!is_loopback({address, 0}))
      return std::move(address);
  return std::nullopt;
}

uint16_t free_port(const std::string& host) {
  boost::asio::io_context io;
  const auto address = boost::asio::ip::make_address(host);
  for (;;) {
    const tcp::acceptor taken{io, tcp::endpoint{address, 0}, false};
    const auto port = taken.local_endpoint().port();
    udp::socket other{io, address.is_v4() ? udp::v4() : udp::v6()};
    boost::system::error_code in_use;
    other.bind(udp::endpoint{address, port}, in_use);
    if (!in_use)
      return port;
  }
}

} // namespace carillon::test
