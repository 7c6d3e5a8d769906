#include "runtime/link/frame_channel.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/link/defaults.hpp"
#include "runtime/defaults.hpp"
#include "runtime/link/tls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <string>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

namespace {

/// What the WebSocket handshake asks for. Nodes have no other resource.
constexpr auto target = "/carillon";

/// The host of the WebSocket handshake means nothing: TLS shows who it is.
constexpr auto host = "carillon";

expected<channel_end> end_of(SSL* session) {
  auto chain = chain_of(session);
  if (chain.empty())
    return fail(errc::untrusted_certificate, "the other node shows none");
  return identity::certified_key(chain.front())
    .map([&](identity::public_key key) {
      return channel_end{std::move(key), std::move(chain)};
    });
}

} // namespace

struct frame_channel::layers {
  layers(link_socket&& socket, asio::ssl::context& tls)
    : web(std::move(socket), tls) {
    web.binary(true);
    web.auto_fragment(false);
    web.read_message_max(link::defaults::max_message);
  }

  boost::beast::ssl_stream<link_socket>& tls() {
    return web.next_layer();
  }

  link_socket& socket() {
    return tls().next_layer();
  }

  websocket::stream<boost::beast::ssl_stream<link_socket>> web;
  boost::beast::flat_buffer inbox{link::defaults::max_message};
};

frame_channel::frame_channel(link_socket&& socket, asio::ssl::context& tls)
  : strand_(socket.get_executor())
  , layers_(std::make_unique<layers>(std::move(socket), tls))
  , timer_(strand_) {}

frame_channel::~frame_channel() = default;

void frame_channel::accept() {
  asio::post(strand_, [self = shared_from_this()] {
    self->watch_opening();
    self->shake_hands(side::server);
  });
}

void frame_channel::connect() {
  asio::post(strand_, [self = shared_from_this()] {
    self->watch_opening();
    self->shake_hands(side::client);
  });
}

void frame_channel::dial(const asio::ip::tcp::endpoint& remote) {
  asio::post(strand_, [self = shared_from_this(), remote] {
    self->watch_opening();
    self->layers_->socket().async_connect(
      remote,
      [self](const error_code& problem) { self->on_connected(problem); });
  });
}

// -- opening ------------------------------------------------------------------

void frame_channel::watch_opening() {
  wait(link::defaults::hello_timeout);
}

void frame_channel::on_connected(const error_code& problem) {
  if (stage_ == stage::closed)
    return;
  if (problem) {
    end({errc::unreachable, problem.message()});
    return;
  }
  shake_hands(side::client);
}

void frame_channel::shake_hands(side which) {
  if (stage_ == stage::closed)
    return;
  // Frames are small and wait for each other. A socket that refuses this is the
  // end of a tunnel, or broken, which the first read reports.
  error_code ignored;
  layers_->socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
  layers_->tls().async_handshake(
    which == side::client ? asio::ssl::stream_base::client
                          : asio::ssl::stream_base::server,
    [self = shared_from_this(), which](const error_code& problem) {
      self->on_secured(which, problem);
    });
}

void frame_channel::on_secured(side which, const error_code& problem) {
  if (stage_ == stage::closed)
    return;
  if (problem) {
    end({errc::unreachable, "TLS: " + problem.message()});
    return;
  }
  auto done = [self = shared_from_this()](const error_code& result) {
    self->on_upgraded(result);
  };
  if (which == side::client)
    layers_->web.async_handshake(host, target, std::move(done));
  else
    layers_->web.async_accept(std::move(done));
}

void frame_channel::on_upgraded(const error_code& problem) {
  if (stage_ == stage::closed)
    return;
  if (problem) {
    end({errc::unreachable, "WebSocket: " + problem.message()});
    return;
  }
  auto other = end_of(layers_->tls().native_handle());
  if (!other) {
    end(other.error());
    return;
  }
  stage_ = stage::open;
  timer_.cancel();
  waits_ = false;
  on_open(std::move(*other));
  read();
}

// -- open ---------------------------------------------------------------------

void frame_channel::read() {
  if (reading_ || stage_ != stage::open)
    return;
  reading_ = true;
  layers_->web.async_read(
    layers_->inbox,
    [self = shared_from_this()](const error_code& problem, size_t) {
      self->on_read(problem);
    });
}

void frame_channel::on_read(const error_code& problem) {
  reading_ = false;
  if (stage_ != stage::open)
    return;
  if (problem == websocket::error::message_too_big
      || problem == websocket::error::buffer_overflow) {
    end({errc::too_large,
         "a frame above " + std::to_string(link::defaults::max_message)
           + " bytes"});
    return;
  }
  if (problem) {
    end({errc::unreachable, problem.message()});
    return;
  }
  const auto data = layers_->inbox.cdata();
  const bool wants_more =
    on_frame({static_cast<const uint8_t*>(data.data()), data.size()});
  layers_->inbox.consume(layers_->inbox.size());
  if (wants_more)
    read();
}

void frame_channel::write(bytes frame) {
  if (stage_ != stage::open)
    return;
  outbox_size_ += frame.size();
  outbox_.push_back(std::move(frame));
  if (!writing_)
    write_next();
}

void frame_channel::write_next() {
  writing_ = true;
  layers_->web.async_write(
    asio::buffer(outbox_.front()),
    [self = shared_from_this()](const error_code& problem, size_t) {
      self->on_written(problem);
    });
}

void frame_channel::on_written(const error_code& problem) {
  writing_ = false;
  if (stage_ == stage::closed)
    return;
  if (problem) {
    end({errc::unreachable, problem.message()});
    return;
  }
  outbox_size_ -= outbox_.front().size();
  outbox_.pop_front();
  if (!outbox_.empty())
    write_next();
  else if (stage_ == stage::finishing)
    say_goodbye();
}

void frame_channel::wake_after(duration time) {
  // A call that comes early only looks again; so most deadlines that move cost
  // nothing.
  const auto due = std::chrono::steady_clock::now() + time;
  if (stage_ == stage::open && (!waits_ || due < timer_.expiry()))
    wait(time);
}

void frame_channel::wait(duration time) {
  waits_ = true;
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](const error_code& problem) {
    if (problem)
      return;
    self->waits_ = false;
    self->on_expiry();
  });
}

void frame_channel::on_expiry() {
  switch (stage_) {
  case stage::opening:
    end({errc::timeout, "the connection was not opened in time"});
    break;
  case stage::open:
    on_timer();
    break;
  case stage::finishing:
    end(why_);
    break;
  case stage::closed:
    break;
  }
}

void frame_channel::finish(const error& why) {
  if (stage_ == stage::opening)
    end(why);
  if (stage_ != stage::open)
    return;
  stage_ = stage::finishing;
  why_ = why;
  wait(defaults::close_timeout);
  if (!writing_)
    say_goodbye();
}

void frame_channel::say_goodbye() {
  layers_->web.async_close(
    websocket::close_code::normal,
    [self = shared_from_this()](const error_code&) { self->end(self->why_); });
}

void frame_channel::end(const error& why) {
  if (stage_ == stage::closed)
    return;
  stage_ = stage::closed;
  timer_.cancel();
  error_code ignored;
  layers_->socket().close(ignored);
  on_end(why);
}

} // namespace carillon
