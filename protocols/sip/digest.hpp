#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Digest authentication (RFC 7616 with RFC 8760 for SIP, RFC 2617).
namespace carillon::sip {

enum class digest_algorithm : uint8_t { sha256, sha512_256, md5 };

/// Gives "SHA-256", "SHA-512-256" or "MD5".
[[nodiscard]] std::string_view to_string(digest_algorithm value) noexcept;

/// Reads the name of an algorithm without regard to case; `unsupported_suite`
/// for any other.
[[nodiscard]] expected<digest_algorithm>
parse_digest_algorithm(std::string_view name);

/// The parts of a Digest Authorization or Proxy-Authorization value, quotes
/// removed.
struct digest_credentials {
  std::string username;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;
  digest_algorithm algorithm = digest_algorithm::md5;
  std::string cnonce;
  std::string qop;
  /// The nonce count as written: eight hexadecimal digits.
  std::string nc;
  std::string opaque;

  /// Reads the value of a header.
  /// @returns `malformed` for another scheme, a repeated or missing part or a
  ///          bad count, `unsupported_suite` for an unknown algorithm, -sess
  ///          variants, a user hash, or a quality of protection other than
  ///          "auth".
  [[nodiscard]] static expected<digest_credentials>
  parse(std::string_view value);
};

/// Gives H(user:realm:password) in hexadecimal, the form in which a password
/// may be configured.
[[nodiscard]] std::string make_ha1(digest_algorithm algorithm,
                                   std::string_view user,
                                   std::string_view realm,
                                   std::string_view password);

/// Gives the response that credentials must carry (RFC 7616 section 3.4.1, qop
/// "auth").
/// @param ha1 in hexadecimal.
[[nodiscard]] std::string digest_response(const digest_credentials& given,
                                          std::string_view ha1,
                                          std::string_view method);

} // namespace carillon::sip
