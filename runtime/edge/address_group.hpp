#pragma once

#include "protocols/identity/fingerprint.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <optional>

namespace carillon {

/// Whom limits count as one sender: an IPv4 address, or the first address of an
/// IPv6 network of 64 bits, of which every customer has all. Nothing for this
/// machine itself, which has no such limits.
using address_group = std::optional<boost::asio::ip::address>;

/// Gives the group of an address.
[[nodiscard]] address_group group_of(const boost::asio::ip::address& address);

/// Gives the group of a node that is reached through another one: an address
/// made of its fingerprint, of the prefix that no machine has (100::/64, RFC
/// 6666).
[[nodiscard]] address_group group_of(const identity::fingerprint& node);

/// Gives what one group may have of something of which there is so much:
/// the part `1 / defaults::address_part`, or `defaults::min_address_share`
/// where that is more, but never more than all.
[[nodiscard]] size_t share_of_group(size_t whole) noexcept;

} // namespace carillon
