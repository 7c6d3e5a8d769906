#pragma once

#include "bench/defaults.hpp"
#include "bench/simulation/phone_requests.hpp"
#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/sip/message.hpp"
#include "runtime/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace carillon {

/// A SIP phone without sound: one UDP socket on loopback, one request at a
/// time. It knows no retransmissions, because loopback loses nothing that
/// matters here; a missing answer is an error.
class test_phone {
public:
  /// Takes a port of its own.
  /// @param adapter where its adapter listens.
  /// @param patience how long it waits for an answer.
  /// @returns `cannot_listen`.
  [[nodiscard]] static expected<test_phone>
  open(std::string user, std::string domain, const endpoint& adapter,
       duration patience = defaults::phone_timeout);

  /// Gives the URI under which the phone can be called.
  [[nodiscard]] std::string contact() const {
    return requests_->contact();
  }

  /// Registers with the adapter.
  /// @returns the final answer, or `timeout`.
  [[nodiscard]] expected<sip::message> register_here();

  /// Registers a name other than the phone's own.
  /// @returns as `register_here`.
  [[nodiscard]] expected<sip::message> register_name(const std::string& user);

  /// Takes the phone's own registration back.
  /// @returns as `register_here`.
  [[nodiscard]] expected<sip::message> unregister();

  /// Calls a user through the adapter, and acknowledges the final answer, which
  /// is no 2xx unless the adapter is a proxy.
  /// @returns the final answer, or `timeout`.
  [[nodiscard]] expected<sip::message> call(const std::string& callee);

  /// Makes an INVITE without sending it.
  [[nodiscard]] bytes make_invite(const std::string& callee);

  /// Calls a phone directly, as after a 302, talks for no time and hangs up.
  /// The other phone lives in the same thread.
  /// @returns `timeout`, or `unreachable` with the status for another answer
  ///          than 200.
  [[nodiscard]] expected<void> call_phone(const std::string& uri,
                                          test_phone& other);

private:
  test_phone(std::string user, std::string domain, duration patience);

  [[nodiscard]] expected<sip::message>
  send_register(const std::string& user, std::chrono::seconds lifetime);
  [[nodiscard]] sip::message make_in_dialog(std::string_view method,
                                            const sip::message& invite,
                                            const sip::message& accepted);
  [[nodiscard]] expected<sip::message>
  exchange(const sip::message& request,
           const boost::asio::ip::udp::endpoint& there, test_phone& other);
  void send(const sip::message& message,
            const boost::asio::ip::udp::endpoint& where);
  [[nodiscard]] expected<sip::message> receive();
  [[nodiscard]] expected<sip::message> await_final(const sip::message& request);
  [[nodiscard]] expected<void> answer(std::string_view method);

  std::string user_;
  std::string domain_;
  duration patience_;
  std::unique_ptr<boost::asio::io_context> io_ =
    std::make_unique<boost::asio::io_context>();
  boost::asio::ip::udp::socket socket_{*io_};
  boost::asio::ip::udp::endpoint adapter_;
  // Where the last message came from.
  boost::asio::ip::udp::endpoint peer_;
  // From `open` on.
  std::optional<phone_requests> requests_;
};

} // namespace carillon
