#pragma once

#include "actors/forwarded_calls.hpp"
#include "actors/user_registration.hpp"
#include "protocols/secp2psip/call_permits.hpp"

#include <string>
#include <vector>

namespace carillon {

/// Decides what a verified caller is told of the user's phones: their own
/// contacts, or a contact at this node that is good for one call. The INVITE
/// that comes to that is forwarded to the phones. Where no socket of this node
/// can be reached the contact is one to call over a link.
class guarded_calls {
public:
  /// All must outlive this object.
  guarded_calls(adapter_core& core, const user_registration& registration,
                forwarded_calls& forwarded);

  /// Gives the Contact values for a caller.
  /// @param from the caller's peer.
  /// @param caller the caller's name.
  /// @param invite of the caller's phone.
  /// @returns why there are none; the caller is told.
  [[nodiscard]] tl::expected<std::vector<std::string>, sip_failure>
  contacts_for(const chord::peer_ref& from, const std::string& caller,
               const sip::message& invite, const std::string& trace);

  /// Takes an INVITE that shows a permit, and forwards it if that is good.
  /// @param token the user part of its Request-URI.
  void start(phone_request request, const std::string& token);

private:
  [[nodiscard]] bool shares_host(const chord::peer_ref& peer) const;
  [[nodiscard]] bool is_guarded(const std::vector<sip::binding>& phones,
                                bool is_near) const;
  [[nodiscard]] bool is_hidden() const;
  [[nodiscard]] std::vector<sip::flow> reachable_listeners(bool is_near) const;

  adapter_core* core_;
  const user_registration* registration_;
  forwarded_calls* forwarded_;
  secp2psip::call_permits permits_;
};

} // namespace carillon
