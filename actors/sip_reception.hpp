#pragma once

#include "actors/node_context.hpp"
#include "actors/phone_authorizer.hpp"
#include "actors/sip_arrival.hpp"
#include "actors/sip_settings.hpp"
#include "actors/sip_transport.hpp"
#include "protocols/sip/token_source.hpp"

#include <memory>
#include <optional>
#include <string>

namespace carillon {

/// Answers requests that no adapter has to see, each time anew and without a
/// transaction (RFC 3261 section 8.2.7).
class sip_reception {
public:
  /// @param secret makes the tags; at least 32 random bytes.
  /// @param nonces of the challenges, the same as in the adapters.
  sip_reception(node_context_ptr node, sip_settings_ptr settings,
                std::shared_ptr<sip_transport> transport, bytes secret,
                nonce_terms nonces);

  /// What the nonces of the adapters have to be made of.
  [[nodiscard]] const nonce_terms& nonces() const noexcept {
    return nonces_;
  }

  /// Accepts no nonces any more that were made before now.
  void forget_nonces();

  /// Answers what concerns no user: a method or an extension that is not
  /// served, OPTIONS, and BYE outside of any call.
  /// @returns the answer, unless the request is about a user.
  [[nodiscard]] std::optional<sip::message>
  judge(const sip::message& request) const;

  /// Judges the REGISTER of a user without an adapter as the adapter would, so
  /// that one which it would refuse leaves nothing behind.
  /// @param was_registered whether there may be something to withdraw.
  /// @returns the answer, unless an adapter is needed.
  [[nodiscard]] std::optional<sip::message>
  judge_registration(const std::string& user, const sip::flow& source,
                     const sip::message& request, bool was_registered) const;

  /// Judges the INVITE, or its CANCEL, of a user without an adapter.
  /// @param was_registered whether an adapter could tell why there is none.
  /// @returns the answer, unless an adapter is needed.
  [[nodiscard]] std::optional<sip::message>
  judge_call(const std::string& user, const sip::flow& source,
             const sip::message& request, bool was_registered) const;

  /// Refuses a request, and logs that.
  void refuse(const sip_arrival& arrival, const sip::message& request,
              unsigned status, const std::string& why = {}) const;

  /// Sends what `judge_registration` or `judge_call` gave. A challenge is
  /// nothing to be warned of.
  void answer_newcomer(const sip_arrival& arrival,
                       const sip::message& response) const;

  /// Sends an answer.
  void answer(const sip_arrival& arrival, const sip::message& response) const;

private:
  [[nodiscard]] phone_authorizer authorizer_of(const std::string& user) const;
  [[nodiscard]] sip::message make_refusal(const sip::message& request,
                                          unsigned status,
                                          const std::string& why) const;
  void log_refusal(const sip_arrival& arrival, unsigned status,
                   const std::string& why) const;

  node_context_ptr node_;
  sip_settings_ptr settings_;
  std::shared_ptr<sip_transport> transport_;
  sip::token_source tokens_;
  nonce_terms nonces_;
};

} // namespace carillon
