#include "runtime/host_addresses.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <memory>

namespace carillon {

namespace {

/// Gives the bytes of an IP address; null for an address of another kind.
const void* address_bytes(const sockaddr* address) {
  if (address == nullptr)
    return nullptr;
  if (address->sa_family == AF_INET)
    return &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  if (address->sa_family == AF_INET6)
    return &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  return nullptr;
}

} // namespace

std::vector<std::string> host_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0)
    return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{
    list, &::freeifaddrs};
  std::vector<std::string> result;
  for (const auto* item = list; item != nullptr; item = item->ifa_next) {
    const auto* data = address_bytes(item->ifa_addr);
    if (data == nullptr || (item->ifa_flags & IFF_UP) == 0)
      continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (::inet_ntop(item->ifa_addr->sa_family, data, text.data(), text.size())
        != nullptr)
      result.emplace_back(text.data());
  }
  return result;
}

} // namespace carillon
