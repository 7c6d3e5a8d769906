#pragma once

#include "protocols/bytes.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace carillon::sip {

/// The number a transaction layer gives to a transaction; never reused. 0 is
/// "none".
using transaction_id = uint64_t;

/// Send these bytes over this flow. When that fails tell the layer by
/// `transport_failed(id)`.
struct send_bytes {
  transaction_id id = 0;
  flow path;
  bytes data;
};

/// A new request for the user of the layer, who refuses it at once with
/// `respond(id)`, or keeps it with `proceed(id)` and answers later. Its topmost
/// Via carries received and rport.
struct request_arrived {
  transaction_id id = 0;
  flow source;
  message request;
};

/// The ACK of a 2xx, or one that belongs to no transaction. A proxy forwards
/// it, a redirecting server ignores it.
struct ack_arrived {
  flow source;
  message request;
};

/// The sender of the INVITE `id` cancelled it before its final answer. The
/// CANCEL has got its 200 already; answer the INVITE with a 487.
struct cancel_arrived {
  transaction_id id = 0;
};

/// A response to the request `id`. Responses that belong to no transaction are
/// dropped (RFC 6026 section 8.9).
struct response_arrived {
  transaction_id id = 0;
  flow source;
  message response;
};

/// No answer to the request `id`, or no ACK for its response, came in time.
struct transaction_timed_out {
  transaction_id id = 0;
};

/// The transport could not send for the transaction `id`.
struct transaction_failed {
  transaction_id id = 0;
};

/// The transaction `id` is gone; forget what belongs to it.
struct transaction_ended {
  transaction_id id = 0;
};

/// What a transaction wants done or known, in order.
using transaction_event =
  std::variant<send_bytes, request_arrived, ack_arrived, cancel_arrived,
               response_arrived, transaction_timed_out, transaction_failed,
               transaction_ended>;

using transaction_events = std::vector<transaction_event>;

} // namespace carillon::sip
