#pragma once

#include "protocols/sip/flow.hpp"

#include <boost/asio/basic_datagram_socket.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>

/// Asio's types as the edges use them: everything that belongs to a socket runs
/// in one strand, and the strand is part of the socket's type.
namespace carillon {

using io_strand = boost::asio::strand<boost::asio::io_context::executor_type>;

using udp_socket =
  boost::asio::basic_datagram_socket<boost::asio::ip::udp, io_strand>;

using tcp_socket =
  boost::asio::basic_stream_socket<boost::asio::ip::tcp, io_strand>;

using tcp_acceptor =
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, io_strand>;

using io_timer = boost::asio::basic_waitable_timer<
  std::chrono::steady_clock,
  boost::asio::wait_traits<std::chrono::steady_clock>, io_strand>;

/// Describes a path between two endpoints of one protocol of Asio.
template <class Endpoint>
[[nodiscard]] sip::flow make_flow(sip::transport kind, const Endpoint& remote,
                                  const Endpoint& local,
                                  uint64_t connection = 0) {
  return {
    .kind = kind,
    .remote_address = remote.address().to_string(),
    .remote_port = remote.port(),
    .local_address = local.address().to_string(),
    .local_port = local.port(),
    .connection = connection,
  };
}

} // namespace carillon
