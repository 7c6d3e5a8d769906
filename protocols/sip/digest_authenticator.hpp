#pragma once

#include "protocols/bytes.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/digest.hpp"
#include "protocols/time.hpp"

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carillon::sip {

/// Challenges phones and checks their credentials. Nonces are their time and a
/// MAC over it, so that issuing one costs no memory; only the counts of nonces
/// that were used with right credentials are remembered, a bounded number of
/// them: when one has to be forgotten, all that are as old count as stale.
class digest_authenticator {
public:
  struct config {
    std::string realm;
    /// Offered in this order.
    std::vector<digest_algorithm> algorithms = {digest_algorithm::sha256,
                                                digest_algorithm::md5};
    duration nonce_lifetime = std::chrono::minutes{5};
    size_t max_tracked_nonces = defaults::max_tracked_nonces;
    /// Nonces made at or before this time count as stale.
    timestamp none_before{};
  };

  /// Gives the HA1 of a user for an algorithm, or nothing.
  using ha1_lookup = std::function<std::optional<std::string>(
    std::string_view user, digest_algorithm algorithm)>;

  enum class verdict : uint8_t {
    /// The credentials are right.
    accepted,
    /// No credentials, or of another realm, or wrong: challenge.
    refused,
    /// Right credentials with an outdated or reused nonce: challenge with
    /// stale=true.
    stale,
    /// Credentials that break the grammar, or do not fit the request (another
    /// method's or URI's): 400.
    malformed
  };

  struct result {
    verdict status = verdict::refused;
    /// The authenticated user; set when accepted.
    std::string user;
  };

  /// @param secret at least 16 random bytes.
  digest_authenticator(config options, bytes secret);

  /// Makes the values of WWW-Authenticate or Proxy-Authenticate, one for each
  /// algorithm, best first (RFC 8760 section 2.4).
  [[nodiscard]] std::vector<std::string> challenges(timestamp now,
                                                    bool stale) const;

  /// Checks the values of Authorization or Proxy-Authorization.
  /// @param values all fields of that name; those of other realms are passed
  ///        over.
  /// @param request_uri what the credentials must name as their uri.
  [[nodiscard]] result verify(const std::vector<std::string_view>& values,
                              std::string_view method,
                              std::string_view request_uri,
                              const ha1_lookup& lookup, timestamp now);

private:
  [[nodiscard]] std::string make_nonce(timestamp now) const;

  /// Gives the time a nonce was made, nothing when it is not one of ours.
  [[nodiscard]] std::optional<timestamp>
  nonce_time(std::string_view nonce) const;

  /// Tells whether a nonce is fresh and its count was not seen, and remembers
  /// the count.
  bool use_nonce(const digest_credentials& given, timestamp made,
                 timestamp now);

  [[nodiscard]] std::string mac(std::string_view data) const;

  config config_;
  bytes secret_;
  std::unordered_map<std::string, uint32_t> counts_;
  /// The keys of `counts_` with the time they were made, oldest use first.
  std::deque<std::pair<std::string, timestamp>> order_;
  /// Nonces made at or before this time are stale.
  timestamp forgotten_until_;
};

} // namespace carillon::sip
