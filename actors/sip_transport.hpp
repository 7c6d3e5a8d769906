#pragma once

#include "protocols/bytes.hpp"
#include "protocols/sip/flow.hpp"

#include <functional>

namespace carillon {

/// Sends SIP messages for the adapters of a node; the edge that owns the
/// sockets implements it. Thread-safe.
class sip_transport {
public:
  sip_transport() = default;
  sip_transport(const sip_transport&) = delete;
  sip_transport& operator=(const sip_transport&) = delete;
  virtual ~sip_transport() = default;

  /// Is told that a message could not be sent; called on any thread.
  using failure_handler = std::function<void()>;

  /// Sends one message.
  /// @param path where to. A stream with connection 0 goes over any open
  ///        connection to that remote end, or over a new one.
  /// @param on_failure called once, when it is known that the message does not
  ///        reach the network: the connection could not be opened or has
  ///        ended. May be empty. The loss of a datagram is not noticed.
  virtual void send(const sip::flow& path, bytes data,
                    failure_handler on_failure) = 0;
};

} // namespace carillon
