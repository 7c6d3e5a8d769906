#pragma once

#include "actors/forwarded_calls.hpp"
#include "actors/trusted_keys.hpp"
#include "protocols/secp2psip/caller.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace carillon {

/// Sets up the calls of one user: finds the callee's adapter and key, has the
/// adapter say where the callee's phones are, checks that and redirects the
/// caller's phone to them, or forwards the call (SecP2PSIP section IV.3).
class outgoing_calls {
public:
  /// All must outlive this object.
  outgoing_calls(adapter_core& core, trusted_keys& keys,
                 forwarded_calls& forwarded);

  /// Takes an INVITE to a user of the domain, from a phone that may call.
  void start(phone_request request);

  /// Takes an INVITE to a contact that the user was redirected to lately: what
  /// a phone does whose outbound proxy the adapter is.
  /// @returns whether it was one.
  bool start_redirected(phone_request& request);

  /// Is told that a phone cancelled.
  /// @returns whether it was a call under way here.
  bool cancel(sip::transaction_id id);

  /// Takes a message that may be a callee's answer.
  /// @param otherwise called, now or later, when the message belongs to a call
  ///        here and is no good answer; it may be the INVITE of a user who
  ///        calls himself.
  /// @returns whether it belongs to a call here.
  bool on_delivery(const p2psip::delivery& msg,
                   std::function<void()> otherwise);

  /// Ends what is overdue.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept {
    return deadlines_.empty() ? timestamp::max() : deadlines_.begin()->first;
  }

  /// Tells whether calls are being set up.
  [[nodiscard]] bool is_busy() const noexcept {
    return !calls_.empty();
  }

private:
  struct call {
    phone_request request;
    identity::address_of_record callee;
    std::string trace;
    timestamp deadline;
    std::optional<location_reading> place;
    trusted_keys::reading_ptr key;
    std::optional<secp2psip::sent_invite> sent;
    /// Why the last answer that came was not believed.
    std::optional<error> bad_answer;
  };

  using calls = std::map<sip::transaction_id, call>;

  /// A contact that a phone was redirected to.
  struct redirected_contact {
    sip::uri target;
    timestamp until;
  };

  void find_location(sip::transaction_id id);
  void find_key(sip::transaction_id id);
  void proceed(sip::transaction_id id);
  void invite(calls::iterator position);
  void send_invite(calls::iterator position, secp2psip::outgoing_invite made);
  void conclude(calls::iterator position, const secp2psip::call_answer& answer,
                const std::optional<sip::message>& response);
  void forward_over_link(calls::iterator position,
                         const chord::peer_ref& callee,
                         const std::vector<sip::name_addr>& contacts);
  void forward(calls::iterator position,
               const std::vector<sip::name_addr>& contacts);
  void redirect(calls::iterator position,
                const std::vector<sip::name_addr>& contacts);
  void refuse(calls::iterator position, const sip_failure& why);
  void end(calls::iterator position);
  void set_deadline(calls::iterator position, duration after);
  void remember(const std::vector<sip::name_addr>& contacts);

  adapter_core* core_;
  trusted_keys* keys_;
  forwarded_calls* forwarded_;
  calls calls_;
  std::unordered_map<std::string, sip::transaction_id> by_trace_;
  std::set<std::pair<timestamp, sip::transaction_id>> deadlines_;
  /// The latest last.
  std::vector<redirected_contact> redirected_;
};

} // namespace carillon
