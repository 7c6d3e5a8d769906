#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/parser.hpp"
#include "runtime/edge/message_credit.hpp"

#include <functional>

namespace carillon {

/// Is told that one message did not reach the network. Called on a thread of
/// the edge's `io_context`; may be empty.
using failure_handler = std::function<void()>;

/// What a `sip_edge` reports. All functions are called on the threads that run
/// the edge's `io_context`, for different flows at the same time; they must not
/// block. Borrowed bytes are valid during the call only.
class sip_edge_handler {
public:
  /// A datagram came. It may hold anything.
  /// @param credit to be kept until the message is finished: without credit
  ///               the edge drops further datagrams.
  virtual void on_datagram(byte_view data, const sip::flow& source,
                           message_credit credit) = 0;

  /// A message came on a stream, complete by its Content-Length but not yet
  /// parsed.
  /// @param credit to be kept until the message is finished: without credit
  ///               the edge stops reading from streams.
  virtual void on_stream_message(byte_view data, const sip::flow& source,
                                 message_credit credit) = 0;

  /// A stream cannot be cut into messages any more. What is sent on the flow
  /// during this call (the answer, see `sip::make_refusal`) still goes out,
  /// then the edge closes the connection.
  virtual void on_stream_refused(const sip::refused_message& refused,
                                 const sip::flow& source) = 0;

  /// What is sent on this flow does not arrive: its connection ended, could not
  /// be opened or is unknown, or no socket has its local address. Comes at
  /// least once for every connection that brought a message, and again for each
  /// later attempt to send.
  /// @param path as the edge knows it; of a connection that `send` was to open,
  ///             the remote part is the one that was given.
  virtual void on_closed(const sip::flow& path, const error& why) = 0;

  /// Something was refused without an answer: for the log, whose rate the
  /// handler limits.
  virtual void on_refused(const sip::flow& source, const error& why) = 0;

protected:
  ~sip_edge_handler() = default;
};

} // namespace carillon
