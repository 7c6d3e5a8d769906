#pragma once

#include "protocols/link/defaults.hpp"
#include "protocols/link/tunnel_frame.hpp"
#include "runtime/link/link_socket.hpp"

#include <array>
#include <deque>
#include <functional>
#include <memory>

namespace carillon {

/// Carries bytes between a socket and a tunnel, as fast as both sides of the
/// tunnel deal with them. It lives until either ends.
class tunnel_pump final : public std::enable_shared_from_this<tunnel_pump> {
public:
  /// Says something about the tunnel; that it is closed, at most once and
  /// last.
  using send_function = std::function<void(link::tunnel_body)>;

  /// @param send is called in the strand of the socket.
  tunnel_pump(local_socket&& socket, send_function send);

  /// Begins. Thread-safe.
  void start();

  /// Takes what the other side of the tunnel says. Thread-safe.
  void take(link::tunnel_body said);

private:
  void handle(link::tunnel_data& said);
  void handle(const link::tunnel_credit& said);
  void handle(const link::tunnel_close& said);

  /// A tunnel that there is cannot be opened.
  template <class Other>
  void handle(const Other&) {}

  void read();
  void on_read(const boost::system::error_code& problem, size_t size);
  void write_next();
  void on_written(const boost::system::error_code& problem);
  void end();

  local_socket socket_;
  send_function send_;
  std::array<uint8_t, link::defaults::max_tunnel_data> inbox_{};
  std::deque<bytes> outbox_;
  /// What the other side permits to be sent.
  size_t permitted_ = link::defaults::tunnel_window;
  bool reading_ = false;
  /// The other side has closed the tunnel.
  bool closed_ = false;
};

} // namespace carillon
