#pragma once

#include "actors/adapter_core.hpp"
#include "protocols/sip/digest_authenticator.hpp"
#include "protocols/sip/registrar.hpp"

#include <optional>

namespace carillon {

/// Decides which phones may register as a user and call as this user.
class phone_authorizer {
public:
  /// `core` must outlive this object.
  explicit phone_authorizer(adapter_core& core);

  /// Checks who registers: with a password where one is configured, else
  /// anybody where registration is open.
  /// @returns the complete refusal, or nothing when all is well.
  [[nodiscard]] std::optional<sip::message>
  check_register(const phone_request& request);

  /// Checks who calls: a flow that has registered for the user, or the user's
  /// password.
  /// @returns the complete refusal, or nothing when all is well.
  [[nodiscard]] std::optional<sip::message>
  check_call(const phone_request& request, const sip::registrar& phones);

private:
  /// Whether a 401 or a 407 asks for credentials.
  enum class asker : uint8_t { server, proxy };

  [[nodiscard]] std::optional<sip::message>
  authenticate(const phone_request& request, asker who);

  [[nodiscard]] sip::message challenge(const phone_request& request, asker who,
                                       bool stale);

  adapter_core* core_;
  const configured_user* user_;
  std::optional<sip::digest_authenticator> digest_;
};

} // namespace carillon
