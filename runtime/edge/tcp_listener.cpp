#include "runtime/edge/tcp_listener.hpp"

#include "runtime/edge/listen_failure.hpp"
#include "runtime/edge/tcp_connection.hpp"

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

tcp_listener::tcp_listener(std::shared_ptr<edge_context> context)
  : context_(std::move(context))
  , acceptor_(asio::make_strand(context_->io))
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
    asio::make_strand(context_->io),
    [self = shared_from_this()](const error_code& problem, tcp_socket socket) {
      self->on_accepted(problem, std::move(socket));
    });
}

void tcp_listener::on_accepted(const error_code& problem, tcp_socket socket) {
  if (!acceptor_.is_open()) {
    return;
  }
  if (problem && is_exhaustion(problem)) {
    context_->handler.on_refused(
      make_flow(sip::transport::tcp, tcp::endpoint{}, local_),
      {errc::overloaded, problem.message()});
    accept_later();
    return;
  }
  // Any other failure is that of one connection.
  if (!problem) {
    serve(std::move(socket));
  }
  accept();
}

void tcp_listener::accept_later() {
  retry_.expires_after(context_->config.accept_retry);
  retry_.async_wait([self = shared_from_this()](const error_code&) {
    if (self->acceptor_.is_open()) {
      self->accept();
    }
  });
}

void tcp_listener::serve(tcp_socket socket) {
  error_code problem;
  const auto remote = socket.remote_endpoint(problem);
  const auto local = problem ? tcp::endpoint{} : socket.local_endpoint(problem);
  if (problem) {
    // It is gone already.
    return;
  }
  auto path = make_flow(sip::transport::tcp, remote, local);
  const auto connection =
    context_->connections.add(remote.address(), [&](uint64_t id) {
      path.connection = id;
      return std::make_shared<tcp_connection>(context_, std::move(socket),
                                              path);
    });
  if (!connection) {
    context_->handler.on_refused(
      path, {errc::overloaded, "the connection limit is reached"});
    return;
  }
  connection->start();
}

} // namespace carillon
