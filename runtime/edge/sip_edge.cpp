#include "runtime/edge/sip_edge.hpp"

#include "runtime/edge/asio_types.hpp"
#include "runtime/edge/edge_context.hpp"
#include "runtime/edge/tcp_connection.hpp"
#include "runtime/edge/tcp_listener.hpp"
#include "runtime/edge/udp_listener.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

namespace {

expected<asio::ip::address> parse_address(const std::string& text) {
  boost::system::error_code problem;
  auto result = asio::ip::make_address(text, problem);
  if (problem) {
    return fail(errc::malformed, "'" + text + "' is no IP address");
  }
  return result;
}

/// Opens a listener of either kind at `address` and keeps it in `listeners`.
template <class Listener, class Endpoint>
expected<sip_endpoint>
open_listener(std::shared_ptr<Listener> listener,
              std::vector<std::shared_ptr<Listener>>& listeners,
              const sip_endpoint& wanted, const Endpoint& local) {
  const auto actual = listener->open(local);
  if (!actual) {
    return fail(actual.error().code,
                to_string(wanted) + ": " + actual.error().detail);
  }
  listeners.push_back(std::move(listener));
  return sip_endpoint{wanted.kind,
                      {actual->address().to_string(), actual->port()}};
}

/// Serves a stream connection that was accepted.
void serve_stream(const std::shared_ptr<edge_context>& context,
                  sip::transport kind, tcp_socket socket) {
  boost::system::error_code problem;
  const auto remote = socket.remote_endpoint(problem);
  const auto local = problem ? tcp::endpoint{} : socket.local_endpoint(problem);
  if (problem) {
    // It is gone already.
    return;
  }
  auto path = make_flow(kind, remote, local);
  const auto connection =
    context->connections.add(remote.address(), [&](uint64_t id) {
      path.connection = id;
      return std::make_shared<tcp_connection>(context, std::move(socket), path);
    });
  if (!connection) {
    context->handler.on_refused(
      path, {errc::overloaded, "the connection limit is reached"});
    return;
  }
  connection->start();
}

std::shared_ptr<tcp_listener>
make_stream_listener(const std::shared_ptr<edge_context>& context,
                     sip::transport kind, const tcp::endpoint& local) {
  return std::make_shared<tcp_listener>(
    context->io, context->config.accept_retry,
    [context, kind](tcp_socket socket) {
      serve_stream(context, kind, std::move(socket));
    },
    [context, kind, local](const error& why) {
      context->handler.on_refused(make_flow(kind, tcp::endpoint{}, local), why);
    });
}

} // namespace

sip_edge::sip_edge(asio::io_context& io, sip_edge_handler& handler,
                   const sip_edge_config& config)
  : context_(
    new edge_context{io, handler, config,
                     std::make_shared<credit_pool>(
                       config.max_messages_in_flight,
                       share_of_group(config.max_messages_in_flight)),
                     connection_table{config.max_connections,
                                      share_of_group(config.max_connections)}})
  , work_(io.get_executor()) {}

sip_edge::~sip_edge() {
  // The connections and the context that holds them own each other.
  const auto forgotten = context_->connections.close();
}

void sip_edge::use_tls(asio::ssl::context tls) {
  context_->tls.emplace(std::move(tls));
}

expected<std::vector<sip_endpoint>>
sip_edge::listen(const std::vector<sip_endpoint>& endpoints) {
  std::vector<std::shared_ptr<udp_listener>> udp_listeners;
  std::vector<std::shared_ptr<tcp_listener>> tcp_listeners;
  std::vector<sip_endpoint> result;
  for (const auto& wanted : endpoints) {
    const auto address = parse_address(wanted.address.host);
    if (!address) {
      return tl::unexpected{address.error()};
    }
    expected<sip_endpoint> actual;
    if (wanted.kind == sip::transport::udp) {
      actual =
        open_listener(std::make_shared<udp_listener>(context_), udp_listeners,
                      wanted, udp::endpoint{*address, wanted.address.port});
    } else if (wanted.kind == sip::transport::tls && !context_->tls) {
      actual =
        fail(errc::cannot_listen, to_string(wanted) + ": there is no TLS");
    } else {
      const tcp::endpoint local{*address, wanted.address.port};
      actual = open_listener(make_stream_listener(context_, wanted.kind, local),
                             tcp_listeners, wanted, local);
    }
    if (!actual) {
      return tl::unexpected{actual.error()};
    }
    result.push_back(std::move(*actual));
  }
  udp_ = std::move(udp_listeners);
  tcp_ = std::move(tcp_listeners);
  for (const auto& listener : udp_) {
    listener->start();
  }
  for (const auto& listener : tcp_) {
    listener->start();
  }
  return result;
}

void sip_edge::send(const sip::flow& path, bytes data,
                    failure_handler on_failure) {
  if (path.kind == sip::transport::udp) {
    send_datagram(path, std::move(data), std::move(on_failure));
  } else if (path.kind == sip::transport::tls && !context_->tls) {
    report(path, {errc::unreachable, "there is no TLS"}, std::move(on_failure));
  } else {
    send_over_stream(path, std::move(data), std::move(on_failure));
  }
}

void sip_edge::close() {
  for (const auto& listener : udp_) {
    listener->close();
  }
  for (const auto& listener : tcp_) {
    listener->close();
  }
  for (const auto& connection : context_->connections.close()) {
    connection->close();
  }
  if (!closed_.exchange(true)) {
    work_.reset();
  }
}

void sip_edge::send_datagram(const sip::flow& path, bytes data,
                             failure_handler on_failure) {
  const auto address = parse_address(path.remote_address);
  if (!address) {
    report(path, address.error(), std::move(on_failure));
    return;
  }
  const auto sender = std::ranges::find_if(udp_, [&](const auto& listener) {
    const auto& local = listener->local();
    return path.local_address.empty()
      ? local.address().is_v4() == address->is_v4()
      : local.port() == path.local_port
        && local.address().to_string() == path.local_address;
  });
  if (sender == udp_.end()) {
    report(path, {errc::unreachable, "no listener has this local address"},
           std::move(on_failure));
    return;
  }
  (*sender)->send(udp::endpoint{*address, path.remote_port}, std::move(data),
                  std::move(on_failure));
}

void sip_edge::send_over_stream(const sip::flow& path, bytes data,
                                failure_handler on_failure) {
  if (path.connection != 0) {
    if (const auto known = context_->connections.find(path.connection)) {
      known->send(std::move(data), std::move(on_failure));
    } else {
      report(path, {errc::unreachable, "the connection is closed"},
             std::move(on_failure));
    }
    return;
  }
  const auto address = parse_address(path.remote_address);
  if (!address) {
    report(path, address.error(), std::move(on_failure));
    return;
  }
  const tcp::endpoint remote{*address, path.remote_port};
  bool is_new = false;
  const auto connection = context_->connections.find_or_add(
    path.kind, remote,
    [&](uint64_t id) {
      return std::make_shared<tcp_connection>(
        context_, tcp_socket{asio::make_strand(context_->io)},
        make_flow(path.kind, remote, tcp::endpoint{}, id));
    },
    is_new);
  if (!connection) {
    report(path, {errc::overloaded, "the connection limit is reached"},
           std::move(on_failure));
    return;
  }
  if (is_new) {
    connection->connect(remote);
  }
  connection->send(std::move(data), std::move(on_failure));
}

void sip_edge::report(const sip::flow& path, error why,
                      failure_handler on_failure) {
  asio::post(context_->io,
             [context = context_, path, why = std::move(why),
              on_failure = std::move(on_failure)] {
               context->handler.on_closed(path, why);
               if (on_failure) {
                 on_failure();
               }
             });
}

} // namespace carillon
