#include "runtime/edge/udp_listener.hpp"

#include "runtime/edge/listen_failure.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

namespace {

/// Tells whether a datagram only keeps a path through a NAT open: nothing, or
/// line ends and NULs, as phones send them.
bool is_keep_alive(byte_view data) {
  return std::ranges::all_of(data, [](uint8_t octet) {
    return octet == '\r' || octet == '\n' || octet == '\0';
  });
}

} // namespace

udp_listener::udp_listener(std::shared_ptr<edge_context> context)
  : context_(std::move(context))
  , socket_(asio::make_strand(context_->io))
  , buffer_(context_->config.max_datagram_size + 1) {}

expected<udp::endpoint> udp_listener::open(const udp::endpoint& local) {
  error_code problem;
  socket_.open(local.protocol(), problem);
  if (!problem && local.address().is_v6()) {
    // IPv4 has its own listener.
    socket_.set_option(asio::ip::v6_only{true}, problem);
  }
  if (!problem) {
    socket_.bind(local, problem);
  }
  if (!problem) {
    socket_.non_blocking(true, problem);
  }
  if (!problem) {
    local_ = socket_.local_endpoint(problem);
  }
  if (problem) {
    return tl::unexpected{listen_failure(problem)};
  }
  // The system gives what it permits, which does for all but bursts.
  error_code ignored;
  socket_.set_option(
    udp::socket::receive_buffer_size{defaults::datagram_receive_buffer},
    ignored);
  return local_;
}

void udp_listener::start() {
  asio::post(socket_.get_executor(),
             [self = shared_from_this()] { self->receive(); });
}

void udp_listener::send(const udp::endpoint& remote, bytes data,
                        failure_handler on_failure) {
  // To have the thread of the socket do it would wake it up each time, which
  // costs more than the sending.
  const std::lock_guard guard{sending_};
  if (!socket_.is_open()) {
    return;
  }
  const auto sent =
    ::sendto(socket_.native_handle(), data.data(), data.size(), MSG_NOSIGNAL,
             remote.data(), static_cast<socklen_t>(remote.size()));
  // A full buffer is a loss like any other: it is sent again.
  if (sent < 0 && errno != EAGAIN && on_failure) {
    asio::post(socket_.get_executor(), std::move(on_failure));
  }
}

void udp_listener::close() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    const std::lock_guard guard{self->sending_};
    error_code ignored;
    self->socket_.close(ignored);
  });
}

void udp_listener::receive() {
  socket_.async_receive_from(
    asio::buffer(buffer_), remote_,
    [self = shared_from_this()](const error_code& problem, size_t size) {
      self->on_received(problem, size);
    });
}

void udp_listener::on_received(const error_code& problem, size_t size) {
  if (!socket_.is_open()) {
    return;
  }
  // A failure here is the echo of a datagram that could not be delivered.
  if (!problem) {
    take_in(byte_view{buffer_.data(), size});
  }
  receive();
}

void udp_listener::take_in(byte_view data) {
  if (is_keep_alive(data)) {
    return;
  }
  const auto source = make_flow(sip::transport::udp, remote_, local_);
  if (data.size() > context_->config.max_datagram_size) {
    context_->handler.on_refused(source, {errc::too_large, "datagram"});
    return;
  }
  auto credit = context_->credits->take(group_of(remote_.address()));
  if (!credit) {
    context_->handler.on_refused(
      source, {errc::overloaded, "too many messages in flight"});
    return;
  }
  context_->handler.on_datagram(data, source, std::move(*credit));
}

} // namespace carillon
