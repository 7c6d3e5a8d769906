#pragma once

#include "runtime/admin/admin_context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace carillon {

/// Serves the requests of one connection, one after the other, with a limit to
/// the size of each and to the time that each may take. The connection lives
/// as long as it has something to do.
/// @param context enters the connection, or it is closed at once.
void serve_admin_connection(const std::shared_ptr<admin_context>& context,
                            boost::asio::ip::tcp::socket socket);

} // namespace carillon
