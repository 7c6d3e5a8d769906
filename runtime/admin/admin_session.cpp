#include "runtime/admin/admin_session.hpp"

#include "runtime/admin/request_target.hpp"
#include "runtime/defaults.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <array>
#include <string>
#include <type_traits>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// RFC 9110 section 15.5.
constexpr unsigned bad_request = 400;
constexpr unsigned method_not_allowed = 405;
constexpr unsigned content_too_large = 413;
// RFC 6585 section 5.
constexpr unsigned head_too_large = 431;
constexpr unsigned gateway_timeout = 504;

constexpr size_t read_size = 4096;

/// What fits into the buffer of a connection: a request, and what comes after
/// it.
constexpr size_t buffer_size =
  defaults::max_admin_head + defaults::max_admin_body + read_size;

using plain_stream = beast::tcp_stream;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;

/// Tells what to answer to bytes that are no request; nothing when the other
/// end has just gone.
std::optional<admin_answer> refusal_of(const error_code& problem) {
  if (problem == http::error::header_limit
      || problem == http::error::buffer_overflow)
    return make_refusal(head_too_large, "the head of the request is too large");
  if (problem == http::error::body_limit)
    return make_refusal(content_too_large,
                        "the body of the request is too large");
  const error_code any_parser_error = http::error::end_of_stream;
  if (problem.category() != any_parser_error.category()
      || problem == http::error::end_of_stream
      || problem == http::error::partial_message)
    return std::nullopt;
  return make_refusal(bad_request, "this is no HTTP request");
}

template <class Stream>
class http_session final
  : public admin_connection
  , public std::enable_shared_from_this<http_session<Stream>> {
public:
  template <class... Arguments>
  explicit http_session(std::shared_ptr<admin_context> context,
                        asio::ip::tcp::socket socket, Arguments&... arguments)
    : context_(std::move(context))
    , stream_(std::move(socket), arguments...)
    , answer_deadline_(context_->io) {}

  void start() {
    error_code problem;
    const auto local = lowest().socket().local_endpoint(problem);
    const auto remote = lowest().socket().remote_endpoint(problem);
    if (problem)
      return;
    local_ = {local.address().to_string(), local.port()};
    remote_ = to_string(endpoint{remote.address().to_string(), remote.port()});
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      lowest().expires_after(context_->limits.request);
      stream_.async_handshake(
        asio::ssl::stream_base::server,
        [self = this->shared_from_this()](const error_code& failure) {
          if (!failure)
            self->wait_for_request();
        });
    } else {
      wait_for_request();
    }
  }

  void close() override {
    asio::post(context_->io, [me = this->weak_from_this()] {
      if (const auto self = me.lock()) {
        self->answer_deadline_.cancel();
        self->lowest().close();
      }
    });
  }

private:
  beast::tcp_stream& lowest() {
    return beast::get_lowest_layer(stream_);
  }

  /// Waits for as long as a connection may be idle; what was pipelined is there
  /// already.
  void wait_for_request() {
    if (buffer_.size() > 0) {
      read_request();
      return;
    }
    lowest().expires_after(context_->limits.idle);
    stream_.async_read_some(buffer_.prepare(read_size),
                            [self = this->shared_from_this()](
                              const error_code& problem, size_t size) {
                              if (problem)
                                return;
                              self->buffer_.commit(size);
                              self->read_request();
                            });
  }

  void read_request() {
    parser_.emplace();
    parser_->header_limit(defaults::max_admin_head);
    parser_->body_limit(defaults::max_admin_body);
    lowest().expires_after(context_->limits.request);
    http::async_read(
      stream_, buffer_, *parser_,
      [self = this->shared_from_this()](const error_code& problem, size_t) {
        self->on_request(problem);
      });
  }

  void on_request(const error_code& problem) {
    if (problem) {
      if (auto refusal = refusal_of(problem)) {
        ends_ = true;
        send(std::move(*refusal));
      }
      return;
    }
    const auto request = parser_->release();
    ends_ = !request.keep_alive();
    if (auto refusal = context_->guard.check(request, local_)) {
      context_->refusals.write(log_level::warning,
                               "refused a request of " + remote_ + " with "
                                 + std::to_string(refusal->status));
      send(std::move(*refusal));
      return;
    }
    if (request.method() != http::verb::get
        && request.method() != http::verb::post) {
      auto refusal =
        make_refusal(method_not_allowed, "only GET and POST are served");
      refusal.allow = "GET, POST";
      send(std::move(refusal));
      return;
    }
    const auto target =
      parse_request_target({request.target().data(), request.target().size()});
    if (target)
      ask(std::string{request.method_string()}, *target);
    else
      send(make_refusal(target.error()));
  }

  /// Has the routes answer, in time or not at all.
  void ask(const std::string& method, const request_target& target) {
    const auto number = ++questions_;
    answer_deadline_.expires_after(context_->limits.answer);
    answer_deadline_.async_wait(
      [self = this->shared_from_this(), number](const error_code& cancelled) {
        if (!cancelled)
          self->on_answer(
            number,
            make_refusal(gateway_timeout, "the node did not answer in time"));
      });
    // The question does not keep the connection: the server may end first.
    context_->routes.answer(
      method, target,
      [me = this->weak_from_this(), number](admin_answer answer) {
        const auto self = me.lock();
        if (!self)
          return;
        asio::post(self->context_->io,
                   [me, number, answer = std::move(answer)]() mutable {
                     if (const auto here = me.lock())
                       here->on_answer(number, std::move(answer));
                   });
      });
  }

  void on_answer(uint64_t number, admin_answer answer) {
    if (number != questions_ || answered_ == number)
      return;
    answered_ = number;
    answer_deadline_.cancel();
    send(std::move(answer));
  }

  void send(admin_answer answer) {
    response_ = {static_cast<http::status>(answer.status), http_version};
    response_.set(http::field::content_type, answer.content_type);
    response_.set(http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    if (!answer.allow.empty())
      response_.set(http::field::allow, answer.allow);
    if (response_.result() == http::status::unauthorized)
      response_.set(http::field::www_authenticate, "Bearer");
    response_.keep_alive(!ends_);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    lowest().expires_after(context_->limits.request);
    http::async_write(stream_, response_,
                      [self = this->shared_from_this(),
                       afterwards = std::move(answer.afterwards)](
                        const error_code& problem, size_t) {
                        if (afterwards)
                          afterwards();
                        if (!problem)
                          self->on_sent();
                      });
  }

  void on_sent() {
    if (!ends_) {
      wait_for_request();
      return;
    }
    lowest().expires_after(defaults::close_timeout);
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      stream_.async_shutdown(
        [self = this->shared_from_this()](const error_code&) {});
    } else {
      error_code ignored;
      lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      drain();
    }
  }

  /// Reads what else comes, or the answer would be lost with it.
  void drain() {
    stream_.async_read_some(
      asio::buffer(drained_),
      [self = this->shared_from_this()](const error_code& problem,
                                        size_t size) {
        self->drained_size_ += size;
        if (!problem && self->drained_size_ < defaults::max_admin_drain)
          self->drain();
      });
  }

  // HTTP/1.1, as Beast writes it.
  static constexpr unsigned http_version = 11;

  std::shared_ptr<admin_context> context_;
  Stream stream_;
  asio::steady_timer answer_deadline_;
  endpoint local_;
  std::string remote_;
  beast::flat_buffer buffer_{buffer_size};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  /// The connection ends with the present answer.
  bool ends_ = false;
  uint64_t questions_ = 0;
  uint64_t answered_ = 0;
  std::array<char, read_size> drained_{};
  size_t drained_size_ = 0;
};

template <class Session>
void enter(const std::shared_ptr<admin_context>& context,
           const std::shared_ptr<Session>& session) {
  if (context->connections.add(session, context->limits.connections))
    session->start();
  else
    context->refusals.write(log_level::warning,
                            "there are too many connections to admin.listen");
}

} // namespace

void serve_admin_connection(const std::shared_ptr<admin_context>& context,
                            asio::ip::tcp::socket socket) {
  auto& shared = *context;
  if (shared.tls)
    enter(context,
          std::make_shared<http_session<tls_stream>>(context, std::move(socket),
                                                     *shared.tls));
  else
    enter(
      context,
      std::make_shared<http_session<plain_stream>>(context, std::move(socket)));
}

} // namespace carillon
