#include "runtime/edge/address_group.hpp"

#include "runtime/defaults.hpp"

#include <algorithm>

namespace carillon {

namespace asio = boost::asio;

namespace {

/// Bytes of the part of an IPv6 address that names the interface (RFC 4291
/// section 2.5.4).
constexpr size_t interface_id_size = 8;

} // namespace

address_group group_of(const asio::ip::address& address) {
  if (address.is_loopback())
    return std::nullopt;
  if (address.is_v4())
    return address;
  const auto full = address.to_v6();
  if (full.is_v4_mapped())
    return group_of(asio::ip::make_address_v4(asio::ip::v4_mapped, full));
  auto parts = full.to_bytes();
  std::fill(parts.end() - interface_id_size, parts.end(), uint8_t{0});
  return asio::ip::address_v6{parts};
}

address_group group_of(const identity::fingerprint& node) {
  asio::ip::address_v6::bytes_type result{1};
  std::copy_n(node.data().begin(), interface_id_size,
              result.end() - interface_id_size);
  return asio::ip::address_v6{result};
}

size_t share_of_group(size_t whole) noexcept {
  return std::min(
    whole,
    std::max(whole / defaults::address_part, defaults::min_address_share));
}

} // namespace carillon
