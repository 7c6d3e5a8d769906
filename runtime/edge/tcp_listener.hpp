#pragma once

#include "protocols/error.hpp"
#include "protocols/time.hpp"
#include "runtime/edge/asio_types.hpp"

#include <functional>
#include <memory>

namespace carillon {

/// Accepts stream connections on one local address.
class tcp_listener final : public std::enable_shared_from_this<tcp_listener> {
public:
  /// Gets each connection, in a strand of its own.
  using serve_function = std::function<void(tcp_socket)>;

  /// Is told that no connection can be accepted for a while.
  using refuse_function = std::function<void(const error&)>;

  /// @param io outlives the listener.
  /// @param retry how long none is accepted after the process ran out of
  ///        files.
  tcp_listener(boost::asio::io_context& io, duration retry,
               serve_function serve, refuse_function refuse);

  /// Takes the local address.
  /// @returns where it listens, or `cannot_listen` with the system's reason.
  [[nodiscard]] expected<boost::asio::ip::tcp::endpoint>
  open(const boost::asio::ip::tcp::endpoint& local);

  /// Where it listens.
  [[nodiscard]] const boost::asio::ip::tcp::endpoint& local() const noexcept {
    return local_;
  }

  /// Accepts from now on.
  void start();

  /// Ends accepting. Thread-safe.
  void close();

private:
  void accept();
  void on_accepted(const boost::system::error_code& problem, tcp_socket socket);

  /// Waits until other work may have given files back.
  void accept_later();

  boost::asio::io_context& io_;
  duration retry_after_;
  serve_function serve_;
  refuse_function refuse_;
  tcp_acceptor acceptor_;
  io_timer retry_;
  boost::asio::ip::tcp::endpoint local_;
};

} // namespace carillon
