#pragma once

#include "protocols/bytes.hpp"
#include "protocols/sip/flow.hpp"

namespace carillon {

/// Sends SIP messages for the adapters of a node; the edge that owns the
/// sockets implements it. Thread-safe.
class sip_transport {
public:
  sip_transport() = default;
  sip_transport(const sip_transport&) = delete;
  sip_transport& operator=(const sip_transport&) = delete;
  virtual ~sip_transport() = default;

  /// Sends one message. A failure is not reported: the transaction that waits
  /// for an answer times out.
  /// @param path where to. A stream with connection 0 goes over any open
  ///        connection to that remote end, or over a new one.
  virtual void send(const sip::flow& path, bytes data) = 0;
};

} // namespace carillon
