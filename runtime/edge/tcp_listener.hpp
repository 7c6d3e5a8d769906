#pragma once

#include "protocols/error.hpp"
#include "runtime/edge/asio_types.hpp"
#include "runtime/edge/edge_context.hpp"

#include <memory>

namespace carillon {

/// Accepts stream connections on one local address.
class tcp_listener final : public std::enable_shared_from_this<tcp_listener> {
public:
  explicit tcp_listener(std::shared_ptr<edge_context> context);

  /// Takes the local address.
  /// @returns where it listens, or `cannot_listen` with the system's reason.
  [[nodiscard]] expected<boost::asio::ip::tcp::endpoint>
  open(const boost::asio::ip::tcp::endpoint& local);

  /// Accepts from now on.
  void start();

  /// Ends accepting. Thread-safe.
  void close();

private:
  void accept();
  void on_accepted(const boost::system::error_code& problem, tcp_socket socket);

  /// Waits until other work may have given files back.
  void accept_later();
  void serve(tcp_socket socket);

  std::shared_ptr<edge_context> context_;
  tcp_acceptor acceptor_;
  io_timer retry_;
  boost::asio::ip::tcp::endpoint local_;
};

} // namespace carillon
