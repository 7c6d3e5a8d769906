#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "protocols/error.hpp"
#include "runtime/admin/admin_context.hpp"
#include "runtime/config.hpp"
#include "runtime/edge/tcp_listener.hpp"

#include <memory>
#include <string>
#include <thread>

namespace carillon {

/// The admin interface of a node: HTTP for health, figures and control, on a
/// thread of its own.
class admin_server {
public:
  /// Listens and serves from then on.
  /// @param settings with an address to listen on.
  /// @param name a name of this machine that clients may use with TLS.
  /// @returns `cannot_listen`, or `invalid_configuration` for a token,
  ///          certificate or key that cannot be used. The detail begins with
  ///          the key of the configuration.
  [[nodiscard]] static expected<std::unique_ptr<admin_server>>
  open(const admin_config& settings, const std::string& name,
       admin_routes routes, const logger& log,
       std::shared_ptr<const clock> time, const admin_limits& limits = {});

  admin_server(const admin_server&) = delete;
  admin_server& operator=(const admin_server&) = delete;

  /// Closes all connections.
  ~admin_server();

  /// Where it listens, as a URL.
  [[nodiscard]] std::string url() const;

private:
  explicit admin_server(std::shared_ptr<admin_context> context);

  [[nodiscard]] expected<void> listen(const endpoint& wanted);

  std::shared_ptr<admin_context> context_;
  std::shared_ptr<tcp_listener> listener_;
  std::thread thread_;
};

} // namespace carillon
