#pragma once

#include "protocols/sip/defaults.hpp"
#include "runtime/defaults.hpp"

#include <cstddef>

namespace carillon {

/// The limits of a `sip_edge`; the defaults say what they mean.
struct sip_edge_config {
  size_t max_datagram_size = defaults::max_datagram_size;
  size_t max_message_size = sip::defaults::max_message_size;
  size_t max_head_size = sip::defaults::max_head_size;
  size_t max_connections = defaults::max_connections;
  size_t max_write_queue = defaults::max_write_queue;
  size_t max_messages_in_flight = defaults::max_messages_in_flight;
  duration message_timeout = defaults::message_timeout;
  duration idle_timeout = defaults::idle_timeout;
  duration connect_timeout = defaults::connect_timeout;
  duration close_timeout = defaults::close_timeout;
  duration accept_retry = defaults::accept_retry;
};

} // namespace carillon
