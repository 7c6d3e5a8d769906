#pragma once

#include "runtime/edge/connection_table.hpp"
#include "runtime/edge/message_credit.hpp"
#include "runtime/edge/sip_edge_config.hpp"
#include "runtime/edge/sip_edge_handler.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <optional>

namespace carillon {

/// What the listeners and connections of one edge share.
struct edge_context {
  boost::asio::io_context& io;
  sip_edge_handler& handler;
  const sip_edge_config config;
  const std::shared_ptr<credit_pool> credits;
  connection_table connections;
  /// For connections with TLS; set before the first one.
  std::optional<boost::asio::ssl::context> tls = {};
};

} // namespace carillon
