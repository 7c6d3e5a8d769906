#pragma once

#include "protocols/error.hpp"
#include "runtime/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>

namespace carillon {

/// Reads an address that another node has told. Names are not looked up for
/// strangers, and what cannot be a node's address is refused.
/// @returns `malformed`.
[[nodiscard]] expected<boost::asio::ip::tcp::endpoint>
parse_node_address(const std::string& text);

/// Finds the address of a host, on a thread of `io`; calls `then` once.
void resolve_host(
  boost::asio::io_context& io, const endpoint& where,
  std::function<void(expected<boost::asio::ip::tcp::endpoint>)> then);

} // namespace carillon
