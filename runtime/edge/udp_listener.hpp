#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "runtime/edge/asio_types.hpp"
#include "runtime/edge/edge_context.hpp"

#include <memory>
#include <mutex>

namespace carillon {

/// Receives and sends datagrams on one local address.
class udp_listener final : public std::enable_shared_from_this<udp_listener> {
public:
  explicit udp_listener(std::shared_ptr<edge_context> context);

  /// Takes the local address.
  /// @returns where it listens, or `cannot_listen` with the system's reason.
  [[nodiscard]] expected<boost::asio::ip::udp::endpoint>
  open(const boost::asio::ip::udp::endpoint& local);

  /// Receives from now on.
  void start();

  /// Sends one datagram before it returns, or drops it as any hop on its way
  /// may. Thread-safe.
  /// @param on_failure called later, when the system refuses to send it.
  void send(const boost::asio::ip::udp::endpoint& remote, bytes data,
            failure_handler on_failure);

  /// Ends receiving and sending. Thread-safe.
  void close();

  /// Where it listens.
  [[nodiscard]] const boost::asio::ip::udp::endpoint& local() const noexcept {
    return local_;
  }

private:
  void receive();
  void on_received(const boost::system::error_code& problem, size_t size);
  void take_in(byte_view data);

  std::shared_ptr<edge_context> context_;
  udp_socket socket_;
  /// Held while sending and closing: what is sent must not go to a socket that
  /// has got the number of a closed one.
  std::mutex sending_;
  boost::asio::ip::udp::endpoint local_;
  boost::asio::ip::udp::endpoint remote_;
  /// One byte longer than the largest datagram, to notice larger ones.
  bytes buffer_;
};

} // namespace carillon
