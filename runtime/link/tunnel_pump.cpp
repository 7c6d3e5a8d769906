#include "runtime/link/tunnel_pump.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using boost::system::error_code;

tunnel_pump::tunnel_pump(local_socket&& socket, send_function send)
  : socket_(std::move(socket))
  , send_(std::move(send)) {}

void tunnel_pump::start() {
  asio::post(socket_.get_executor(),
             [self = shared_from_this()] { self->read(); });
}

void tunnel_pump::take(link::tunnel_body said) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), said = std::move(said)]() mutable {
               if (self->socket_.is_open())
                 std::visit([&](auto& what) { self->handle(what); }, said);
             });
}

void tunnel_pump::handle(link::tunnel_data& said) {
  outbox_.push_back(std::move(said.data));
  if (outbox_.size() == 1)
    write_next();
}

void tunnel_pump::handle(const link::tunnel_credit& said) {
  permitted_ += said.size;
  read();
}

void tunnel_pump::handle(const link::tunnel_close&) {
  closed_ = true;
  // The last bytes tell why.
  if (outbox_.empty())
    end();
}

void tunnel_pump::read() {
  if (reading_ || permitted_ == 0)
    return;
  reading_ = true;
  socket_.async_read_some(
    asio::buffer(inbox_, std::min(inbox_.size(), permitted_)),
    [self = shared_from_this()](const error_code& problem, size_t size) {
      self->on_read(problem, size);
    });
}

void tunnel_pump::on_read(const error_code& problem, size_t size) {
  reading_ = false;
  if (problem) {
    end();
    return;
  }
  permitted_ -= size;
  send_(link::tunnel_data{
    {inbox_.begin(), inbox_.begin() + static_cast<ptrdiff_t>(size)}});
  read();
}

void tunnel_pump::write_next() {
  asio::async_write(
    socket_, asio::buffer(outbox_.front()),
    [self = shared_from_this()](const error_code& problem, size_t) {
      self->on_written(problem);
    });
}

void tunnel_pump::on_written(const error_code& problem) {
  if (problem) {
    end();
    return;
  }
  const auto size = static_cast<uint32_t>(outbox_.front().size());
  outbox_.pop_front();
  if (!closed_)
    send_(link::tunnel_credit{size});
  if (!outbox_.empty())
    write_next();
  else if (closed_)
    end();
}

void tunnel_pump::end() {
  if (!socket_.is_open())
    return;
  error_code ignored;
  socket_.close(ignored);
  if (!closed_)
    send_(link::tunnel_close{{errc::unreachable, "the link is over"}});
}

} // namespace carillon
