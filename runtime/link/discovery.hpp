#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/link/announcement.hpp"
#include "runtime/defaults.hpp"
#include "runtime/edge/asio_types.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/line_limit.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace carillon {

/// What a node says and hears on the local network.
struct discovery_config {
  std::shared_ptr<const clock> time;
  logger log;
  /// The ring that it is about.
  identity::fingerprint ring;
  /// Where others connect, as they are told; empty when nowhere.
  std::string endpoint;
  /// The address of the interface to be heard on; nothing for the one that the
  /// system chooses.
  std::optional<boost::asio::ip::address_v4> interface;
  uint16_t port = defaults::discovery_port;
  uint32_t seed = 0;
};

/// Gives the interface to be heard on of a node that listens for links there:
/// that of the address, if it is one of IPv4.
[[nodiscard]] std::optional<boost::asio::ip::address_v4>
interface_of(const std::optional<endpoint>& listen);

/// Finds nodes of the same ring on the local network by multicast, and has them
/// find this one. A node that looks for its ring asks, and those that listen
/// for links answer, all of it to the group, so that everybody who looks hears
/// each answer. What is found is a hint from a stranger.
///
/// It lives as long as its socket or timer is in use; all functions are
/// thread-safe.
class discovery : public std::enable_shared_from_this<discovery> {
public:
  /// Is told where a node of the ring may listen, on a thread of `io`.
  using found_function = std::function<void(const endpoint&)>;

  /// @param io runs it, and outlives it.
  discovery(boost::asio::io_context& io, discovery_config config,
            found_function found);

  /// Announces the node, and listens from now on. When the network is not
  /// there it tries again now and then.
  void start();

  /// Says whether the node looks for others: as long as it does, it asks now
  /// and then.
  void look(bool wanted);

  /// Ends it.
  void stop();

private:
  [[nodiscard]] boost::system::error_code open();
  void tend();
  void receive();
  void on_datagram(size_t size);
  void answer();
  void say(const link::announcement& what);

  discovery_config config_;
  found_function found_;
  io_strand strand_;
  udp_socket socket_;
  /// For the next question.
  io_timer timer_;
  /// For the next answer.
  io_timer answer_timer_;
  const boost::asio::ip::udp::endpoint group_;
  std::minstd_rand random_;
  line_limit heard_{defaults::announcements_per_second};
  std::array<uint8_t, defaults::max_announcement> inbox_{};
  boost::asio::ip::udp::endpoint sender_;
  bool looks_ = false;
  bool answers_ = false;
  bool stopped_ = false;
  bool complained_ = false;
};

} // namespace carillon
