#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <string>

namespace carillon::test {

/// Makes a ring id from its last hexadecimal digits.
inline chord::ring_id id(std::string digits) {
  digits.insert(0, 2 * chord::ring_id::size - digits.size(), '0');
  return chord::ring_id::from_hex(digits).value();
}

/// Makes a peer at such an id, on the node with that number.
inline chord::peer_ref peer(std::string digits, uint8_t node = 0) {
  auto info = std::make_shared<chord::node_info>();
  info->fingerprint[0] = node;
  return {id(std::move(digits)), 0, std::move(info)};
}

} // namespace carillon::test
