#pragma once

#include "runtime/edge/asio_types.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace carillon {

/// What a link runs over: a TCP connection, or one end of a tunnel.
using link_socket =
  boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                   io_strand>;

/// Leads from a link to the tunnel that carries it, within this process.
using local_socket =
  boost::asio::basic_stream_socket<boost::asio::local::stream_protocol,
                                   io_strand>;

} // namespace carillon
