#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/sip/name_addr.hpp"
#include "protocols/sip/via.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon::sip {

/// The methods of RFC 3261, as they stand on the wire. Methods are text,
/// compared by case.
namespace methods {

inline constexpr std::string_view ack = "ACK";
inline constexpr std::string_view bye = "BYE";
inline constexpr std::string_view cancel = "CANCEL";
inline constexpr std::string_view invite = "INVITE";
inline constexpr std::string_view options = "OPTIONS";
inline constexpr std::string_view register_ = "REGISTER";

} // namespace methods

/// One header field. Names are in their long form; the value is unfolded and
/// in the parser's canonical spacing. The elements of a Via, Contact, Route or
/// Record-Route list are fields of their own.
struct header_field {
  std::string name;
  std::string value;

  bool operator==(const header_field&) const = default;
};

/// The value of a CSeq header.
struct cseq {
  uint32_t number = 0;
  std::string method;

  bool operator==(const cseq&) const = default;
};

/// A SIP request or response: an ordinary value that owns all its parts.
///
/// The fields are the truth; the typed accessors read them when asked.
/// `parse_message` (parser.hpp) guarantees for what it gives that Via, From,
/// To, Call-ID and CSeq are there and well-formed. On a message that lacks a
/// field its typed accessor gives an empty value.
class message {
public:
  /// Makes a request that has a start line and nothing else.
  [[nodiscard]] static message request(std::string_view method,
                                       std::string_view request_uri);

  /// Makes a response that has a start line and nothing else.
  [[nodiscard]] static message response(unsigned status,
                                        std::string_view reason);

  // -- start line -------------------------------------------------------------

  [[nodiscard]] bool is_request() const noexcept {
    return status_ == 0;
  }

  /// The method of a request; of a response, the method in its CSeq.
  [[nodiscard]] std::string method() const;

  /// The Request-URI as written; empty in a response.
  [[nodiscard]] const std::string& request_uri() const noexcept {
    return request_uri_;
  }

  void request_uri(std::string_view value) {
    request_uri_ = value;
  }

  /// The status code, 100 to 699; 0 in a request.
  [[nodiscard]] unsigned status() const noexcept {
    return status_;
  }

  /// The reason phrase of a response.
  [[nodiscard]] const std::string& reason() const noexcept {
    return reason_;
  }

  // -- fields -----------------------------------------------------------------

  /// All fields in their order, but for Content-Length, which the size of the
  /// body gives.
  [[nodiscard]] const std::vector<header_field>& fields() const noexcept {
    return fields_;
  }

  /// Gives the first value of a header, or nothing. The view lives until the
  /// fields change.
  [[nodiscard]] std::optional<std::string_view>
  first(std::string_view name) const noexcept;

  /// Gives all values of a header in their order; views as in `first`.
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;

  /// Replaces all fields of this name by one, at the place of the first.
  void set(std::string_view name, std::string_view value);

  /// Adds a field after all others.
  void append(std::string_view name, std::string_view value);

  /// Adds a field before all others, thus as the first of its name.
  void prepend(std::string_view name, std::string_view value);

  /// Removes all fields of this name.
  /// @returns how many there were.
  size_t remove(std::string_view name);

  /// Removes the first field of this name if there is one.
  void remove_first(std::string_view name);

  /// Copies all fields of this name from another message, behind all others.
  void copy(std::string_view name, const message& from);

  // -- typed ------------------------------------------------------------------

  /// The topmost Via.
  [[nodiscard]] via top_via() const;

  /// Replaces the topmost Via.
  void top_via(const via& value);

  [[nodiscard]] name_addr from() const;

  [[nodiscard]] name_addr to() const;

  [[nodiscard]] std::string call_id() const;

  [[nodiscard]] sip::cseq cseq() const;

  /// All Contact values; the parser guarantees that they are well-formed.
  [[nodiscard]] std::vector<name_addr> contacts() const;

  /// The Max-Forwards value, nothing when absent.
  [[nodiscard]] std::optional<uint32_t> max_forwards() const;

  /// The Expires header in seconds, nothing when absent; malformed is taken
  /// for absent (RFC 3261 section 10.3 step 7: "treated as equivalent to
  /// 3600").
  [[nodiscard]] std::optional<uint32_t> expires() const;

  /// The comma-separated items of all fields of this name: Require,
  /// Proxy-Require, Supported, Allow.
  [[nodiscard]] std::vector<std::string> items(std::string_view name) const;

  // -- body and bytes ---------------------------------------------------------

  [[nodiscard]] const bytes& body() const noexcept {
    return body_;
  }

  /// Sets body and Content-Type; an empty body removes the latter.
  void body(bytes data, std::string_view content_type);

  /// The bytes this message was read from, whatever was changed since; empty
  /// for messages made here.
  [[nodiscard]] const bytes& raw() const noexcept {
    return raw_;
  }

  /// The bytes that a message occupies, about.
  [[nodiscard]] size_t footprint() const noexcept;

  /// Prints the message with a correct Content-Length.
  [[nodiscard]] bytes print() const;

private:
  friend class message_reader;

  message() = default;

  std::string method_;
  std::string request_uri_;
  unsigned status_ = 0;
  std::string reason_;
  std::vector<header_field> fields_;
  bytes body_;
  bytes raw_;
};

} // namespace carillon::sip
