#pragma once

#include "actors/log.hpp"
#include "actors/sip_settings.hpp"
#include "protocols/bytes.hpp"
#include "protocols/sip/digest_authenticator.hpp"
#include "protocols/sip/registrar.hpp"
#include "protocols/sip/token_source.hpp"

#include <optional>
#include <string>

namespace carillon {

/// What the nonces of a node are made of, so that its switch and its adapters
/// accept each other's.
struct nonce_terms {
  /// At least 16 random bytes.
  bytes secret;
  /// Nonces made at or before this time are not accepted: it may be forgotten
  /// that they were used.
  timestamp none_before{};
};

/// Decides which phones may register as a user and call as this user.
class phone_authorizer {
public:
  /// `settings` and `tokens` must outlive this object.
  phone_authorizer(const sip_settings& settings,
                   const sip::token_source& tokens, logger log,
                   std::string user, const nonce_terms& nonces);

  /// Checks who registers: with a password where one is configured, else
  /// anybody at a loopback address.
  /// @returns the complete refusal, or nothing when all is well.
  [[nodiscard]] std::optional<sip::message>
  check_register(const sip::message& request, const sip::flow& source,
                 timestamp now);

  /// Checks who calls: a flow that has registered for the user, or the user's
  /// password.
  /// @returns the complete refusal, or nothing when all is well.
  [[nodiscard]] std::optional<sip::message>
  check_call(const sip::message& request, const sip::flow& source,
             const sip::registrar& phones, timestamp now);

  /// Until when credentials that were accepted have to be remembered, lest they
  /// be accepted again.
  [[nodiscard]] timestamp busy_until() const noexcept {
    return used_until_;
  }

private:
  /// Whether a 401 or a 407 asks for credentials.
  enum class asker : uint8_t { server, proxy };

  [[nodiscard]] std::optional<sip::message>
  authenticate(const sip::message& request, const sip::flow& source,
               timestamp now, asker who);

  [[nodiscard]] sip::message challenge(const sip::message& request,
                                       timestamp now, asker who,
                                       bool stale) const;

  [[nodiscard]] sip::message forbid(const sip::message& request,
                                    std::string why) const;

  const sip_settings* settings_;
  const sip::token_source* tokens_;
  logger log_;
  std::string name_;
  const configured_user* user_;
  std::optional<sip::digest_authenticator> digest_;
  timestamp used_until_{};
};

} // namespace carillon
