#include "runtime/admin/admin_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <functional>
#include <string>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr unsigned http_version = 11;

http::request<http::empty_body> make_request(const admin_question& what) {
  http::request<http::empty_body> result;
  result.version(http_version);
  result.method_string(what.method);
  result.target(what.target);
  result.set(http::field::host, to_string(what.where.address));
  result.set(http::field::user_agent, "carillon");
  result.set(http::field::connection, "close");
  if (!what.token.empty())
    result.set(http::field::authorization, "Bearer " + what.token);
  result.prepare_payload();
  return result;
}

error explain(const admin_question& what, const error_code& problem) {
  const auto where = to_string(what.where);
  if (problem == beast::error::timeout)
    return {errc::timeout, where + " does not answer"};
  if (problem == asio::error::connection_refused)
    return {errc::unreachable,
            "nobody listens at " + where
              + ": start a node with 'carillon node', or name the address of "
                "its admin.listen with --node"};
  if (problem.category() == asio::error::get_ssl_category())
    return {errc::untrusted_certificate,
            where + ": " + problem.message()
              + "; name whom its certificate is of with --ca"};
  return {errc::unreachable, where + ": " + problem.message()};
}

/// One exchange, step by step; what fails ends it.
template <class Stream>
class exchange {
public:
  template <class... Arguments>
  exchange(const admin_question& what, asio::io_context& io,
           Arguments&... arguments)
    : what_(what)
    , stream_(io, arguments...)
    , request_(make_request(what)) {
    parser_.body_limit(defaults::max_ctl_answer);
  }

  Stream& stream() {
    return stream_;
  }

  void start(const asio::ip::tcp::resolver::results_type& found) {
    auto& lowest = beast::get_lowest_layer(stream_);
    lowest.expires_after(what_.patience);
    lowest.async_connect(found, step([this] { secure(); }));
  }

  expected<admin_reply> outcome() {
    if (problem_)
      return tl::unexpected{explain(what_, problem_)};
    auto& response = parser_.get();
    return admin_reply{response.result_int(),
                       std::string{response[http::field::content_type]},
                       std::move(response.body())};
  }

private:
  /// Goes on with `next` unless the operation before it has failed.
  auto step(std::function<void()> next) {
    return
      [this, next = std::move(next)](const error_code& problem, auto&&...) {
        problem_ = problem;
        if (!problem)
          next();
      };
  }

  void secure() {
    if constexpr (std::is_same_v<Stream, beast::tcp_stream>)
      send();
    else
      stream_.async_handshake(asio::ssl::stream_base::client,
                              step([this] { send(); }));
  }

  void send() {
    http::async_write(stream_, request_, step([this] { receive(); }));
  }

  void receive() {
    http::async_read(stream_, buffer_, parser_, step([] {}));
  }

  const admin_question& what_;
  Stream stream_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  error_code problem_;
};

expected<admin_reply>
ask_in_clear(const admin_question& what, asio::io_context& io,
             const asio::ip::tcp::resolver::results_type& found) {
  exchange<beast::tcp_stream> talk{what, io};
  talk.start(found);
  io.run();
  return talk.outcome();
}

expected<admin_reply>
ask_over_tls(const admin_question& what, asio::io_context& io,
             const asio::ip::tcp::resolver::results_type& found) {
  asio::ssl::context tls{asio::ssl::context::tls_client};
  error_code problem;
  if (what.ca.empty())
    tls.set_default_verify_paths(problem);
  else
    tls.load_verify_file(what.ca.string(), problem);
  if (problem)
    return fail(errc::invalid_configuration,
                "--ca " + what.ca.string() + ": " + problem.message());
  exchange<beast::ssl_stream<beast::tcp_stream>> talk{what, io, tls};
  auto& stream = talk.stream();
  const auto& host = what.where.address.host;
  stream.set_verify_mode(asio::ssl::verify_peer, problem);
  stream.set_verify_callback(asio::ssl::host_name_verification{host}, problem);
  // A name that is an IP address is not sent (RFC 6066 section 3).
  asio::ip::make_address(host, problem);
  if (problem)
    SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
  talk.start(found);
  io.run();
  return talk.outcome();
}

} // namespace

expected<admin_reply> ask_admin(const admin_question& what) {
  asio::io_context io{1};
  error_code problem;
  const auto found = asio::ip::tcp::resolver{io}.resolve(
    what.where.address.host, std::to_string(what.where.address.port), problem);
  if (problem)
    return tl::unexpected{explain(what, problem)};
  return what.where.uses_tls ? ask_over_tls(what, io, found)
                             : ask_in_clear(what, io, found);
}

} // namespace carillon
