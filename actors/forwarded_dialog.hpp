#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"
#include "protocols/sip/registrar.hpp"
#include "protocols/sip/uri.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace carillon {

/// A call that an adapter forwards: who its two parties are, where they may be
/// reached, and, if it is guarded, what the caller sees of the callee's phone.
class forwarded_dialog {
public:
  /// @param token names the call in the URIs that the adapter writes.
  /// @param trace names it in the logs.
  /// @param invite the request that begins it, from the flow `source`.
  forwarded_dialog(std::string token, std::string trace,
                   const sip::message& invite, sip::flow source);

  [[nodiscard]] const std::string& token() const noexcept {
    return token_;
  }

  [[nodiscard]] const std::string& trace() const noexcept {
    return trace_;
  }

  /// Permits requests to a contact of the callee that was verified.
  void add_contact(const std::string& address);

  /// Permits requests to a phone that is registered here, which go over the
  /// connection that it keeps open, if any.
  void add_phone(const sip::binding& phone);

  /// Forgets a connection of a phone that has ended.
  /// @returns whether it was one.
  bool forget_connection(const sip::flow& path);

  /// Keeps the callee's phones from the caller (RFC 3323 section 5.1), who sees
  /// `mask` as the callee's contact.
  void guard(sip::uri mask) {
    mask_ = std::move(mask);
  }

  /// Shows the caller `route` instead of the Record-Route that the callee's
  /// side sees: a call that goes on over a link has different ones on each
  /// side.
  void show_route(sip::uri route) {
    caller_route_ = std::move(route);
  }

  /// Tells whether a request within the call may come from there.
  [[nodiscard]] bool is_party(const sip::message& request,
                              const sip::flow& source) const;

  /// Takes up the contact that a party names in a message. Only at its own
  /// address: else a party could have the adapter connect to any service at the
  /// other's.
  void note_contact(const sip::message& msg, const sip::flow& source);

  /// Gives the Request-URI with which a request within the call goes on;
  /// nothing when no phone of a guarded call has the tag that it names.
  [[nodiscard]] std::optional<std::string>
  target_of(const sip::message& request) const;

  /// Gives a request as the other party may see it.
  [[nodiscard]] sip::message visible_request(const sip::message& request) const;

  /// Gives the response to a request as the other party may see it.
  [[nodiscard]] sip::message
  visible_response(const sip::message& request,
                   const sip::message& response) const;

  /// Gives the way to where a request goes next.
  /// @param listeners of this node.
  /// @returns `wrong_recipient` when that is no party of the call,
  ///          `unreachable` when nothing listens for the transport here, or
  ///          `malformed`.
  [[nodiscard]] expected<sip::flow>
  way_to(const sip::message& request,
         const std::vector<sip::flow>& listeners) const;

private:
  /// Where a phone takes requests.
  struct place {
    std::string address;
    uint16_t port = 0;
    sip::transport kind{};

    auto operator<=>(const place&) const = default;
  };

  [[nodiscard]] static expected<place> place_of(const sip::uri& target);
  [[nodiscard]] static const sip::flow*
  find_listener(const std::vector<sip::flow>& listeners, const place& where);
  [[nodiscard]] bool is_of_caller(const sip::message& msg) const;
  [[nodiscard]] bool leads_to_caller(const sip::uri& hop) const;
  void permit(const sip::uri& target, const sip::flow& source);
  void rewrite_own_route(sip::message& response) const;

  std::string token_;
  std::string trace_;
  std::string caller_tag_;
  /// Where requests of the callee may come from: addresses.
  std::set<std::string> hosts_;
  /// Where requests may go.
  std::set<place> places_;
  /// Connections of phones, by their contacts.
  std::map<place, sip::flow> connections_;
  /// The way back to the caller, and where the caller wants requests sent
  /// first.
  sip::flow caller_;
  std::optional<sip::uri> caller_hop_;
  /// What the caller sees as the Record-Route of this adapter, if not what it
  /// wrote; nothing at all in a guarded call.
  std::optional<sip::uri> caller_route_;
  /// What the caller of a guarded call sees as the callee's contact.
  std::optional<sip::uri> mask_;
  /// The contacts of the callee's phones in a guarded call, by their tags.
  std::map<std::string, std::string> phones_;
};

} // namespace carillon
