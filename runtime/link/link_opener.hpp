#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "runtime/edge/asio_types.hpp"
#include "runtime/edge/message_credit.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/limited_log.hpp"
#include "runtime/link/link_connection.hpp"
#include "runtime/link/tunnel_hub.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace carillon {

/// Opens connections to other nodes and takes in those of others, over TCP and
/// through tunnels, and has links run over them. Thread-safe.
class link_opener {
public:
  using link_ptr = std::shared_ptr<link_connection>;

  /// @param io runs the links; outlives the opener, as `log` and `tunnels` do.
  link_opener(boost::asio::io_context& io, link_context context,
              limited_log& log, tunnel_hub& tunnels);

  /// Takes in a connection, unless too many are being opened.
  void accept(tcp_socket socket);

  /// Takes in a link that another node opens through a tunnel.
  /// @returns `overloaded` when too many are being opened; as
  ///          `tunnel_hub::accept`.
  [[nodiscard]] expected<void> accept(const link_ptr& relay, uint32_t number,
                                      const identity::fingerprint& asker);

  /// Opens a link to a node.
  /// @param address as the node or another one has told it.
  /// @returns `malformed`.
  [[nodiscard]] expected<void> dial(const identity::fingerprint& node,
                                    const std::string& address);

  /// Opens a link to a node through a tunnel.
  /// @returns as `tunnel_hub::open`.
  [[nodiscard]] expected<void> dial(const identity::fingerprint& node,
                                    const link_ptr& relay);

  /// Opens a link to a node of which the operator has told the address. When
  /// that has no such host, the log says so.
  void dial(const endpoint& where);

private:
  void dial(const boost::asio::ip::tcp::endpoint& remote, link_origin from);
  [[nodiscard]] std::optional<message_credit>
  take_place(const address_group& group);

  boost::asio::io_context& io_;
  link_context context_;
  limited_log& log_;
  tunnel_hub& tunnels_;
  /// For connections that others open and that are no links yet.
  std::shared_ptr<credit_pool> places_;
};

} // namespace carillon
