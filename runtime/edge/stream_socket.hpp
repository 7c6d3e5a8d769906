#pragma once

#include "runtime/edge/asio_types.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace carillon {

/// The socket of a stream connection, with TLS or without. Used in its strand
/// only.
class stream_socket final {
public:
  explicit stream_socket(tcp_socket&& plain)
    : stream_(std::move(plain)) {}

  /// @param tls outlives the socket.
  stream_socket(tcp_socket&& plain, boost::asio::ssl::context& tls)
    : stream_(std::in_place_type<tls_stream>, std::move(plain), tls) {}

  /// The TCP socket underneath.
  [[nodiscard]] tcp_socket& tcp() noexcept {
    if (auto* secured = std::get_if<tls_stream>(&stream_))
      return secured->next_layer();
    return *std::get_if<tcp_socket>(&stream_);
  }

  [[nodiscard]] auto get_executor() {
    return tcp().get_executor();
  }

  /// Agrees on TLS with the remote end; does nothing without TLS.
  /// @param done is told a `boost::system::error_code`, at once or later.
  template <class Handler>
  void handshake(boost::asio::ssl::stream_base::handshake_type side,
                 Handler&& done) {
    if (auto* secured = std::get_if<tls_stream>(&stream_))
      secured->async_handshake(side, std::forward<Handler>(done));
    else
      done(boost::system::error_code{});
  }

  template <class Buffer, class Handler>
  void read_some(const Buffer& into, Handler&& done) {
    std::visit(
      [&](auto& stream) {
        stream.async_read_some(into, std::forward<Handler>(done));
      },
      stream_);
  }

  template <class Buffer, class Handler>
  void write(const Buffer& from, Handler&& done) {
    std::visit(
      [&](auto& stream) {
        boost::asio::async_write(stream, from, std::forward<Handler>(done));
      },
      stream_);
  }

private:
  using tls_stream = boost::asio::ssl::stream<tcp_socket>;

  std::variant<tcp_socket, tls_stream> stream_;
};

} // namespace carillon
