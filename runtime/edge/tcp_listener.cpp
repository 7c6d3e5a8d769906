#include "runtime/edge/tcp_listener.hpp"

#include "runtime/edge/listen_failure.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Tells whether accepting failed for want of something that comes back when
/// other connections end.
bool is_exhaustion(const error_code& problem) {
  using namespace boost::system::errc;
  return problem == too_many_files_open
    || problem == too_many_files_open_in_system || problem == no_buffer_space
    || problem == not_enough_memory;
}

} // namespace

tcp_listener::tcp_listener(asio::io_context& io, duration retry,
                           serve_function serve, refuse_function refuse)
  : io_(io)
  , retry_after_(retry)
  , serve_(std::move(serve))
  , refuse_(std::move(refuse))
  , acceptor_(asio::make_strand(io))
  , retry_(acceptor_.get_executor()) {}

expected<tcp::endpoint> tcp_listener::open(const tcp::endpoint& local) {
  error_code problem;
  acceptor_.open(local.protocol(), problem);
  if (!problem && local.address().is_v6()) {
    // IPv4 has its own listener.
    acceptor_.set_option(asio::ip::v6_only{true}, problem);
  }
  if (!problem) {
    // A restarted node need not wait for its old connections to fade.
    acceptor_.set_option(tcp::acceptor::reuse_address{true}, problem);
  }
  if (!problem) {
    acceptor_.bind(local, problem);
  }
  if (!problem) {
    acceptor_.listen(tcp::acceptor::max_listen_connections, problem);
  }
  if (!problem) {
    local_ = acceptor_.local_endpoint(problem);
  }
  if (problem) {
    return tl::unexpected{listen_failure(problem)};
  }
  return local_;
}

void tcp_listener::start() {
  asio::post(acceptor_.get_executor(),
             [self = shared_from_this()] { self->accept(); });
}

void tcp_listener::close() {
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    error_code ignored;
    self->acceptor_.close(ignored);
    self->retry_.cancel();
  });
}

void tcp_listener::accept() {
  acceptor_.async_accept(
    asio::make_strand(io_),
    [self = shared_from_this()](const error_code& problem, tcp_socket socket) {
      self->on_accepted(problem, std::move(socket));
    });
}

void tcp_listener::on_accepted(const error_code& problem, tcp_socket socket) {
  if (!acceptor_.is_open()) {
    return;
  }
  if (problem && is_exhaustion(problem)) {
    refuse_({errc::overloaded, problem.message()});
    accept_later();
    return;
  }
  // Any other failure is that of one connection.
  if (!problem) {
    serve_(std::move(socket));
  }
  accept();
}

void tcp_listener::accept_later() {
  retry_.expires_after(retry_after_);
  retry_.async_wait([self = shared_from_this()](const error_code&) {
    if (self->acceptor_.is_open()) {
      self->accept();
    }
  });
}

} // namespace carillon
