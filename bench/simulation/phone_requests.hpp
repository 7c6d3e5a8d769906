#pragma once

#include "protocols/sip/message.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace carillon {

/// Writes the SIP requests of a simple phone, each with a number of its own.
class phone_requests {
public:
  /// @param address where the phone listens: "host:port".
  phone_requests(std::string user, std::string domain, std::string address);

  /// Makes one of several phones that listen at the same address.
  /// @param last_number the number of the last request of any of them, which
  ///        they count up.
  phone_requests(std::string user, std::string domain, std::string address,
                 std::shared_ptr<uint64_t> last_number);

  /// The URI at which the phone can be called.
  [[nodiscard]] std::string contact() const;

  /// Makes a request (RFC 3261 section 8.1.1).
  /// @param to the value of the header.
  [[nodiscard]] sip::message
  make(std::string_view method, const std::string& uri, const std::string& to);

  /// Makes a REGISTER of the phone's contact for a user.
  [[nodiscard]] sip::message make_register(const std::string& user,
                                           std::chrono::seconds lifetime);

  /// Makes an INVITE with an offer.
  [[nodiscard]] sip::message make_invite(const std::string& callee);

private:
  std::string user_;
  std::string domain_;
  std::string address_;
  std::shared_ptr<uint64_t> last_number_;
};

/// A session description (RFC 4566) that offers one audio stream, and its type.
inline constexpr std::string_view phone_session = "v=0\r\n"
                                                  "o=- 1 1 IN IP4 127.0.0.1\r\n"
                                                  "s=-\r\n"
                                                  "c=IN IP4 127.0.0.1\r\n"
                                                  "t=0 0\r\n"
                                                  "m=audio 9 RTP/AVP 0\r\n";
inline constexpr auto phone_session_type = "application/sdp";

} // namespace carillon
