#pragma once

#include "protocols/identity/fingerprint.hpp"
#include "protocols/link/tunnel_frame.hpp"
#include "protocols/time.hpp"
#include "runtime/link/link_socket.hpp"
#include "runtime/link/tunnel_pump.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <variant>

namespace carillon {

class link_connection;

/// The tunnels that go over the links of a node: those that lead to this node,
/// and those between others that it carries. Thread-safe.
class tunnel_hub {
public:
  using link_ptr = std::shared_ptr<link_connection>;

  /// @param io runs the tunnels; outlives the hub.
  explicit tunnel_hub(boost::asio::io_context& io)
    : io_(io) {}

  /// Asks a node for a tunnel to another one.
  /// @returns a socket that leads to the other node, and is closed when there
  ///          is no tunnel; `unreachable` when there can be no socket.
  [[nodiscard]] expected<link_socket> open(const link_ptr& relay,
                                           const identity::fingerprint& node);

  /// Takes a tunnel that was offered.
  /// @returns as `open`.
  [[nodiscard]] expected<link_socket> accept(const link_ptr& relay,
                                             uint32_t number);

  /// Carries a tunnel that somebody has asked for.
  /// @param number what it is called on the link it was asked for on.
  /// @returns `overloaded`.
  [[nodiscard]] expected<void> carry(const link_ptr& from, uint32_t number,
                                     const link_ptr& to, timestamp now);

  /// Passes on what was said about a tunnel.
  void pass(const link_ptr& from, link::tunnel_frame said, timestamp now);

  /// Closes the tunnels that went over a link.
  void close_over(const link_ptr& ended);

  /// Closes the carried tunnels that carry nothing.
  void close_idle(timestamp now);

  /// Gives how many tunnels between other nodes there are.
  [[nodiscard]] size_t carried() const;

private:
  /// A tunnel on one of its links.
  struct stretch {
    link_ptr link;
    uint32_t number = 0;

    void send(link::tunnel_body what) const;
  };

  /// Two sockets that lead to each other.
  using socket_pair = std::pair<local_socket, local_socket>;

  using pump_ptr = std::shared_ptr<tunnel_pump>;

  struct end {
    /// Where what comes is passed on to.
    std::variant<stretch, pump_ptr> onward;
    timestamp last_used{};
  };

  /// By their links and what they are called there.
  using ends = std::map<std::pair<const link_connection*, uint32_t>, end>;

  // The rest but `forget` is to be called with the lock held.
  [[nodiscard]] expected<socket_pair> make_pair();
  link_socket lead(socket_pair pair, const stretch& to);
  void erase(ends::iterator position);
  static void give(const end& to, link::tunnel_body what);
  void forget(const stretch& which);

  boost::asio::io_context& io_;
  mutable std::mutex mutex_;
  ends ends_;
  size_t carried_ = 0;
};

} // namespace carillon
