#pragma once

#include "runtime/admin/admin_routes.hpp"
#include "runtime/admin/request_guard.hpp"
#include "runtime/defaults.hpp"
#include "runtime/limited_log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace carillon {

/// What the clients of the admin interface may take.
struct admin_limits {
  size_t connections = defaults::max_admin_connections;
  /// How long a connection may wait for its next request.
  duration idle = defaults::admin_idle_timeout;
  /// How long a request may take from its first to its last byte, and an
  /// answer.
  duration request = defaults::admin_request_timeout;
  /// How long the node may take to say what is asked.
  duration answer = defaults::admin_answer_timeout;
};

/// A connection of a client, as whoever ends it sees it.
class admin_connection {
public:
  admin_connection() = default;
  admin_connection(const admin_connection&) = delete;
  admin_connection& operator=(const admin_connection&) = delete;
  virtual ~admin_connection() = default;

  /// Closes the connection soon. Thread-safe.
  virtual void close() = 0;
};

/// The living connections. Thread-safe.
class admin_connections {
public:
  /// Enters a connection, unless there are too many or all were closed.
  [[nodiscard]] bool add(const std::shared_ptr<admin_connection>& connection,
                         size_t most) {
    const std::lock_guard lock{mutex_};
    std::erase_if(living_, [](const auto& item) { return item.expired(); });
    if (closed_ || living_.size() >= most)
      return false;
    living_.push_back(connection);
    return true;
  }

  /// Closes all connections; no further ones are entered.
  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    for (const auto& item : living_)
      if (const auto connection = item.lock())
        connection->close();
  }

private:
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::weak_ptr<admin_connection>> living_;
};

/// What the listener and the connections of the admin interface share.
/// Connections own it, so that it is there when an actor answers late.
struct admin_context {
  admin_context(admin_routes what, request_guard who,
                std::optional<boost::asio::ssl::context> security, logger log,
                std::shared_ptr<const clock> time, const admin_limits& most)
    : routes(std::move(what))
    , guard(std::move(who))
    , tls(std::move(security))
    , refusals(std::move(log), std::move(time), defaults::admin_refusal_lines)
    , limits(most) {}

  /// Run by one thread.
  boost::asio::io_context io{1};
  admin_routes routes;
  request_guard guard;
  /// Nothing for connections without TLS.
  std::optional<boost::asio::ssl::context> tls;
  limited_log refusals;
  admin_limits limits;
  admin_connections connections;
};

} // namespace carillon
