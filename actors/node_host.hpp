#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <string>
#include <string_view>

/// Nodes in SIP URIs and flows whose messages go over links, from peer to peer:
/// hosts that no resolver knows (RFC 6761 section 6.4).
namespace carillon {

/// Gives the host that stands for a node.
[[nodiscard]] std::string node_host(const chord::node_info& node);

/// Tells whether a host stands for a node.
[[nodiscard]] bool is_node_host(std::string_view host) noexcept;

} // namespace carillon
