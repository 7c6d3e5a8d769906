#include "bench/demo/test_phone.hpp"

#include "protocols/sip/build.hpp"
#include "protocols/sip/parser.hpp"
#include "protocols/sip/uri.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>

#include <poll.h>

#include <chrono>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

constexpr auto success = 200u;

} // namespace

test_phone::test_phone(std::string user, std::string domain, duration patience)
  : user_(std::move(user))
  , domain_(std::move(domain))
  , patience_(patience) {}

expected<test_phone> test_phone::open(std::string user, std::string domain,
                                      const endpoint& adapter,
                                      duration patience) {
  test_phone result{std::move(user), std::move(domain), patience};
  const auto loopback = asio::ip::address_v4::loopback();
  boost::system::error_code problem;
  const auto host = asio::ip::make_address(adapter.host, problem);
  if (!problem)
    result.socket_.open(udp::v4(), problem);
  if (!problem)
    result.socket_.bind({loopback, 0}, problem);
  if (problem)
    return fail(errc::cannot_listen, "a test phone: " + problem.message());
  result.adapter_ = {host, adapter.port};
  const auto port = result.socket_.local_endpoint().port();
  result.requests_.emplace(result.user_, result.domain_,
                           "127.0.0.1:" + std::to_string(port));
  return result;
}

expected<sip::message> test_phone::register_here() {
  return register_name(user_);
}

expected<sip::message> test_phone::register_name(const std::string& user) {
  return send_register(user, std::chrono::hours{1});
}

expected<sip::message> test_phone::unregister() {
  return send_register(user_, std::chrono::seconds{0});
}

expected<sip::message>
test_phone::send_register(const std::string& user,
                          std::chrono::seconds lifetime) {
  const auto request = requests_->make_register(user, lifetime);
  send(request, adapter_);
  return await_final(request);
}

expected<sip::message> test_phone::call(const std::string& callee) {
  const auto request = requests_->make_invite(callee);
  send(request, adapter_);
  auto final = await_final(request);
  if (final && final->status() > success)
    send(sip::make_ack(request, *final), adapter_);
  return final;
}

bytes test_phone::make_invite(const std::string& callee) {
  return requests_->make_invite(callee).print();
}

expected<void> test_phone::call_phone(const std::string& uri,
                                      test_phone& other) {
  const auto target = sip::uri::parse(uri);
  if (!target)
    return tl::unexpected{target.error()};
  const udp::endpoint there{asio::ip::address_v4::loopback(),
                            sip::effective_port(*target)};
  auto invite = requests_->make(sip::methods::invite, uri, "<" + uri + ">");
  invite.body(to_bytes(phone_session), phone_session_type);
  const auto accepted = exchange(invite, there, other);
  if (!accepted)
    return tl::unexpected{accepted.error()};
  send(make_in_dialog(sip::methods::ack, invite, *accepted), there);
  return exchange(make_in_dialog(sip::methods::bye, invite, *accepted), there,
                  other)
    .map([](const sip::message&) {});
}

/// Sends a request to a phone, has it answer and waits for the answer.
expected<sip::message> test_phone::exchange(const sip::message& request,
                                            const udp::endpoint& there,
                                            test_phone& other) {
  send(request, there);
  if (auto answered = other.answer(request.method()); !answered)
    return tl::unexpected{answered.error()};
  auto final = await_final(request);
  if (final && final->status() != success)
    return fail(errc::unreachable,
                "the phone answered " + std::to_string(final->status()));
  return final;
}

/// Makes a request of the dialog that an INVITE began (RFC 3261 section
/// 12.2.1.1; an ACK has the INVITE's number, section 13.2.2.4).
sip::message test_phone::make_in_dialog(std::string_view method,
                                        const sip::message& invite,
                                        const sip::message& accepted) {
  auto result = requests_->make(method, invite.request_uri(),
                                std::string{*accepted.first("To")});
  result.set("From", *invite.first("From"));
  result.set("Call-ID", invite.call_id());
  if (method == sip::methods::ack)
    result.set("CSeq", std::to_string(invite.cseq().number) + " ACK");
  return result;
}

void test_phone::send(const sip::message& message, const udp::endpoint& where) {
  boost::system::error_code ignored;
  // What is lost is missed by whoever waits for an answer.
  socket_.send_to(asio::buffer(message.print()), where, 0, ignored);
}

expected<sip::message> test_phone::receive() {
  constexpr auto nobody_answers =
    "a test phone waits in vain for an answer from its adapter";
  pollfd wanted{socket_.native_handle(), POLLIN, 0};
  const auto longest =
    std::chrono::duration_cast<std::chrono::milliseconds>(patience_);
  if (::poll(&wanted, 1, static_cast<int>(longest.count())) <= 0)
    return fail(errc::timeout, nobody_answers);
  bytes data(defaults::phone_buffer);
  boost::system::error_code problem;
  data.resize(socket_.receive_from(asio::buffer(data), peer_, 0, problem));
  if (problem)
    return fail(errc::unreachable, problem.message());
  auto message = sip::parse_message(data);
  if (!message)
    return tl::unexpected{message.error().why};
  return std::move(*message);
}

expected<sip::message> test_phone::await_final(const sip::message& request) {
  for (;;) {
    auto message = receive();
    if (!message)
      return message;
    if (message->status() >= success && message->call_id() == request.call_id())
      return message;
  }
}

expected<void> test_phone::answer(std::string_view method) {
  for (;;) {
    const auto request = receive();
    if (!request)
      return tl::unexpected{request.error()};
    if (!request->is_request() || request->method() != method)
      continue;
    auto response = sip::make_response(*request, success, user_);
    if (method == sip::methods::invite) {
      response.append("Contact", "<" + contact() + ">");
      response.body(to_bytes(phone_session), phone_session_type);
    }
    send(response, peer_);
    return {};
  }
}

} // namespace carillon
