#include "runtime/admin/admin_server.hpp"

#include "runtime/admin/admin_session.hpp"
#include "runtime/admin/admin_token.hpp"
#include "runtime/defaults.hpp"
#include "runtime/tls.hpp"

#include <openssl/ssl.h>

#include <optional>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using tls_context = std::optional<asio::ssl::context>;

expected<std::string> token_of(const admin_config& settings) {
  if (settings.token_file.empty())
    return std::string{};
  auto token = read_admin_token(settings.token_file);
  if (!token)
    return fail(errc::invalid_configuration,
                "admin.token_file = " + settings.token_file.string() + ": "
                  + token.error().detail);
  return token;
}

expected<tls_context> tls_of(const admin_config& settings) {
  if (settings.certificate.empty())
    return tls_context{};
  auto result = make_tls(TLS1_3_VERSION);
  if (const auto used =
        use_credential_files(result, settings.certificate, settings.key);
      !used)
    return fail(used.error().code, "admin." + used.error().detail);
  return tls_context{std::move(result)};
}

} // namespace

expected<std::unique_ptr<admin_server>>
admin_server::open(const admin_config& settings, const std::string& name,
                   admin_routes routes, const logger& log,
                   std::shared_ptr<const clock> time,
                   const admin_limits& limits) {
  auto token = token_of(settings);
  if (!token)
    return tl::unexpected{token.error()};
  auto tls = tls_of(settings);
  if (!tls)
    return tl::unexpected{tls.error()};
  // Only TLS proves to a client that a name is this machine's.
  request_guard guard{*tls ? name : std::string{}, std::move(*token)};
  std::unique_ptr<admin_server> result{new admin_server{
    std::make_shared<admin_context>(std::move(routes), std::move(guard),
                                    std::move(*tls), log, std::move(time),
                                    limits)}};
  if (const auto listens = result->listen(*settings.listen); !listens)
    return fail(listens.error().code,
                "admin.listen: " + to_string(*settings.listen) + ": "
                  + listens.error().detail);
  result->listener_->start();
  result->thread_ = std::thread{[context = result->context_] {
    context->io.run();
  }};
  return result;
}

admin_server::admin_server(std::shared_ptr<admin_context> context)
  : context_(std::move(context))
  , listener_(std::make_shared<tcp_listener>(
      context_->io, defaults::accept_retry,
      [shared = context_](tcp_socket socket) {
        serve_admin_connection(shared, std::move(socket));
      },
      [shared = context_](const error& why) {
        shared->refusals.write(log_level::warning,
                               "no connection to admin.listen is taken in: "
                                 + to_string(why));
      })) {}

expected<void> admin_server::listen(const endpoint& wanted) {
  error_code problem;
  const auto address = asio::ip::make_address(wanted.host, problem);
  if (problem)
    return fail(errc::malformed, "'" + wanted.host + "' is no IP address");
  return listener_->open({address, wanted.port}).map([](const auto&) {});
}

admin_server::~admin_server() {
  listener_->close();
  context_->connections.close();
  // Without a thread there is nothing to wait for, and nobody else to let go of
  // the listener.
  if (thread_.joinable())
    thread_.join();
  else
    context_->io.run();
}

std::string admin_server::url() const {
  const auto& local = listener_->local();
  return (context_->tls ? "https://" : "http://")
    + to_string(endpoint{local.address().to_string(), local.port()});
}

} // namespace carillon
