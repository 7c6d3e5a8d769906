#include "runtime/edge/tcp_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <string_view>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// The answer to a keep-alive ping (RFC 5626 section 4.4.1).
constexpr std::string_view pong = "\r\n";

stream_socket make_socket(edge_context& context, tcp_socket&& socket,
                          sip::transport kind) {
  if (kind == sip::transport::tls)
    return {std::move(socket), *context.tls};
  return stream_socket{std::move(socket)};
}

} // namespace

tcp_connection::tcp_connection(std::shared_ptr<edge_context> context,
                               tcp_socket&& socket, sip::flow path)
  : context_(std::move(context))
  , socket_(make_socket(*context_, std::move(socket), path.kind))
  , timer_(socket_.get_executor())
  , path_(std::move(path))
  , group_(group_of(asio::ip::make_address(path_.remote_address)))
  , framer_(context_->config.max_message_size, context_->config.max_head_size) {
}

void tcp_connection::start() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->secure(asio::ssl::stream_base::server);
  });
}

void tcp_connection::connect(const tcp::endpoint& remote) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), remote] {
    if (self->stage_ == stage::closed) {
      return;
    }
    self->began_ = clock::now();
    self->watch_deadline();
    self->socket_.tcp().async_connect(
      remote,
      [self](const error_code& problem) { self->on_connected(problem); });
  });
}

void tcp_connection::send(bytes data, failure_handler on_failure) {
  asio::post(
    socket_.get_executor(),
    [self = shared_from_this(),
     item = outgoing{std::move(data), std::move(on_failure)}]() mutable {
      self->enqueue(std::move(item));
    });
}

void tcp_connection::close() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->end({errc::unreachable, "closed by this node"});
  });
}

void tcp_connection::on_credit(message_credit credit) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), credit = std::move(credit)]() mutable {
               self->resume(std::move(credit));
             });
}

// -- opening ------------------------------------------------------------------

void tcp_connection::secure(asio::ssl::stream_base::handshake_type side) {
  if (stage_ == stage::closed) {
    return;
  }
  began_ = clock::now();
  watch_deadline();
  socket_.handshake(side,
                    [self = shared_from_this()](const error_code& problem) {
                      self->on_secured(problem);
                    });
}

void tcp_connection::on_secured(const error_code& problem) {
  if (stage_ == stage::closed) {
    return;
  }
  if (problem) {
    refuse_and_end({errc::unreachable, "TLS: " + problem.message()});
    return;
  }
  begin();
}

void tcp_connection::begin() {
  // SIP messages are small and wait for each other. A socket that refuses this
  // is broken, which the first read reports.
  error_code ignored;
  socket_.tcp().set_option(tcp::no_delay{true}, ignored);
  stage_ = stage::open;
  last_activity_ = clock::now();
  watch_deadline();
  if (!outbox_.empty()) {
    write_next();
  }
  read_some();
}

void tcp_connection::on_connected(const error_code& problem) {
  if (stage_ == stage::closed) {
    return;
  }
  auto failure = problem;
  const auto local =
    problem ? tcp::endpoint{} : socket_.tcp().local_endpoint(failure);
  if (failure) {
    end({errc::unreachable, failure.message()});
    return;
  }
  path_.local_address = local.address().to_string();
  path_.local_port = local.port();
  secure(asio::ssl::stream_base::client);
}

// -- reading ------------------------------------------------------------------

void tcp_connection::read_some() {
  socket_.read_some(
    asio::buffer(chunk_),
    [self = shared_from_this()](const error_code& problem, size_t count) {
      self->on_read(problem, count);
    });
}

void tcp_connection::on_read(const error_code& problem, size_t count) {
  if (stage_ == stage::closed) {
    return;
  }
  if (problem) {
    if (stage_ == stage::open && framer_.mid_message()) {
      refuse_and_end({errc::malformed, "the stream ended within a message"});
    } else {
      end({errc::unreachable, problem.message()});
    }
    return;
  }
  if (stage_ == stage::lingering) {
    read_some();
    return;
  }
  last_activity_ = clock::now();
  take_in(byte_view{chunk_.data(), count});
}

void tcp_connection::take_in(byte_view data) {
  const auto was_mid_message = framer_.mid_message();
  auto arrived = framer_.feed(data);
  // The time of a message runs from its first byte, however many follow.
  if (!was_mid_message || !arrived.messages.empty()) {
    began_ = last_activity_;
  }
  for (size_t i = 0; i < arrived.pings; ++i) {
    enqueue({to_bytes(pong), {}});
  }
  for (auto& message : arrived.messages) {
    inbox_.push_back(std::move(message));
  }
  failure_ = std::move(arrived.failure);
  hand_over();
}

void tcp_connection::hand_over() {
  while (stage_ == stage::open && !inbox_.empty()) {
    auto credit = context_->credits->take_or_wait(group_, weak_from_this());
    if (!credit) {
      waits_for_credit_ = true;
      return;
    }
    const auto message = std::move(inbox_.front());
    inbox_.pop_front();
    context_->handler.on_stream_message(message, path_, std::move(*credit));
  }
  if (stage_ != stage::open) {
    return;
  }
  if (failure_) {
    refuse_stream(*failure_);
    return;
  }
  watch_deadline();
  read_some();
}

void tcp_connection::resume(message_credit credit) {
  if (stage_ != stage::open) {
    return;
  }
  waits_for_credit_ = false;
  // The remote end is not to blame for the time that we made it wait.
  last_activity_ = clock::now();
  began_ = last_activity_;
  const auto message = std::move(inbox_.front());
  inbox_.pop_front();
  context_->handler.on_stream_message(message, path_, std::move(credit));
  hand_over();
}

// -- writing ------------------------------------------------------------------

void tcp_connection::enqueue(outgoing item) {
  if (stage_ > stage::open) {
    context_->handler.on_closed(path_, {errc::unreachable, "is closed"});
    if (item.on_failure) {
      item.on_failure();
    }
    return;
  }
  const auto size = item.data.size();
  const bool fits = size <= context_->config.max_write_queue - outbox_size_;
  outbox_size_ += size;
  outbox_.push_back(std::move(item));
  if (!fits) {
    refuse_and_end({errc::overloaded, "the remote end does not read"});
    return;
  }
  if (stage_ == stage::open && !writing_) {
    write_next();
  }
}

void tcp_connection::write_next() {
  writing_ = true;
  socket_.write(asio::buffer(outbox_.front().data),
                [self = shared_from_this()](const error_code& problem, size_t) {
                  self->on_written(problem);
                });
}

void tcp_connection::on_written(const error_code& problem) {
  writing_ = false;
  if (stage_ == stage::closed) {
    return;
  }
  if (problem) {
    end({errc::unreachable, problem.message()});
    return;
  }
  last_activity_ = clock::now();
  outbox_size_ -= outbox_.front().data.size();
  outbox_.pop_front();
  if (!outbox_.empty()) {
    write_next();
  } else if (stage_ == stage::flushing) {
    linger();
  }
}

// -- deadlines ----------------------------------------------------------------

tcp_connection::clock::time_point tcp_connection::deadline() const {
  const auto& config = context_->config;
  switch (stage_) {
  case stage::connecting:
    return began_ + config.connect_timeout;
  case stage::open:
    if (waits_for_credit_) {
      return clock::time_point::max();
    }
    return framer_.mid_message() ? began_ + config.message_timeout
                                 : last_activity_ + config.idle_timeout;
  case stage::flushing:
  case stage::lingering:
    return began_ + config.close_timeout;
  case stage::closed:
    break;
  }
  return clock::time_point::max();
}

void tcp_connection::watch_deadline() {
  // A timer that fires early only looks again; so most deadlines that move
  // cost nothing. A timer that never ran has the epoch as its expiry.
  const auto due = deadline();
  const auto runs = timer_.expiry() > clock::now();
  if (due == clock::time_point::max() || (runs && timer_.expiry() <= due)) {
    return;
  }
  timer_.expires_at(due);
  timer_.async_wait([self = shared_from_this()](const error_code& problem) {
    self->on_timer(problem);
  });
}

void tcp_connection::on_timer(const error_code& problem) {
  if (problem || stage_ == stage::closed) {
    return;
  }
  if (deadline() <= clock::now()) {
    expire();
  } else {
    watch_deadline();
  }
}

void tcp_connection::expire() {
  switch (stage_) {
  case stage::connecting:
    end({errc::timeout, "the connection was not opened in time"});
    break;
  case stage::open:
    if (framer_.mid_message()) {
      refuse_and_end({errc::timeout, "a message did not end in time"});
    } else {
      end({errc::timeout, "the connection was idle"});
    }
    break;
  default:
    end({errc::timeout, "the remote end did not close in time"});
  }
}

// -- closing ------------------------------------------------------------------

void tcp_connection::refuse_stream(const sip::refused_message& refused) {
  // What the handler sends now is posted before what is posted after it.
  context_->handler.on_stream_refused(refused, path_);
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->stage_ != stage::open) {
      return;
    }
    self->stage_ = stage::flushing;
    self->began_ = clock::now();
    self->watch_deadline();
    if (!self->writing_) {
      self->linger();
    }
  });
}

/// SIP messages tell their size: TLS need not tell that none is cut off.
void tcp_connection::linger() {
  stage_ = stage::lingering;
  error_code problem;
  socket_.tcp().shutdown(tcp::socket::shutdown_send, problem);
  read_some();
}

void tcp_connection::refuse_and_end(const error& why) {
  context_->handler.on_refused(path_, why);
  end(why);
}

void tcp_connection::end(const error& why) {
  if (stage_ == stage::closed) {
    return;
  }
  stage_ = stage::closed;
  timer_.cancel();
  error_code problem;
  socket_.tcp().close(problem);
  context_->connections.remove(path_.connection);
  context_->handler.on_closed(path_, why);
  // The bytes stay: the socket may still hold on to them.
  for (const auto& item : outbox_) {
    if (item.on_failure) {
      item.on_failure();
    }
  }
}

} // namespace carillon
