#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/sip/flow.hpp"
#include "runtime/edge/sip_edge_config.hpp"
#include "runtime/edge/sip_edge_handler.hpp"
#include "runtime/endpoint.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace carillon {

class tcp_listener;
class udp_listener;
struct edge_context;

/// The SIP sockets of a node: UDP, TCP and TLS, IPv4 and IPv6. It moves bytes
/// and bounds what strangers can make it hold; what the bytes mean is up to the
/// handler.
class sip_edge final {
public:
  /// @param io run by the caller, on as many threads as wanted; outlives the
  ///           edge. It does not run out of work before `close`.
  /// @param handler gets what arrives; outlives the running of `io`.
  sip_edge(boost::asio::io_context& io, sip_edge_handler& handler,
           const sip_edge_config& config);

  sip_edge(const sip_edge&) = delete;
  sip_edge& operator=(const sip_edge&) = delete;

  /// Call it when `io` no longer runs.
  ~sip_edge();

  /// Sets what connections with TLS show of this node. Call it at most once,
  /// before `listen`; without it there is no TLS.
  void use_tls(boost::asio::ssl::context tls);

  /// Listens on all of the endpoints, or on none. Call it once, before anything
  /// is sent.
  /// @returns the endpoints with the ports that they got, in the same order;
  ///          `malformed` for what is no IP address, `cannot_listen` for one
  ///          that is in use, not there or not permitted, or needs TLS.
  [[nodiscard]] expected<std::vector<sip_endpoint>>
  listen(const std::vector<sip_endpoint>& endpoints);

  /// Sends one message. Thread-safe; does not block. A UDP message leaves from
  /// the flow's local address, or from the first listener of the address family
  /// when that is empty. A stream message without a connection number goes to
  /// the flow's remote end over the connection that this edge opened there, or
  /// over a new one. What cannot be sent is reported by `on_closed`, on a
  /// thread of `io`; the loss of a datagram is not reported.
  /// @param on_failure called at most once, when this message cannot be sent,
  ///                   or its connection ends before it was written.
  void send(const sip::flow& path, bytes data, failure_handler on_failure = {});

  /// Closes all listeners and connections, so that `io` runs out of the edge's
  /// work. Thread-safe.
  void close();

private:
  void send_datagram(const sip::flow& path, bytes data,
                     failure_handler on_failure);
  void send_over_stream(const sip::flow& path, bytes data,
                        failure_handler on_failure);

  /// Calls `on_closed` and `on_failure` from a thread of `io`.
  void report(const sip::flow& path, error why, failure_handler on_failure);

  std::shared_ptr<edge_context> context_;
  // A handler that waits its turn behind what another thread has just posted
  // counts as no work until that thread has gone on: without this `io` would
  // end in that moment.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    work_;
  std::atomic<bool> closed_ = false;
  std::vector<std::shared_ptr<udp_listener>> udp_;
  std::vector<std::shared_ptr<tcp_listener>> tcp_;
};

} // namespace carillon
