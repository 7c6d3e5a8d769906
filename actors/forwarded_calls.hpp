#pragma once

#include "actors/adapter_core.hpp"
#include "actors/forwarded_dialog.hpp"
#include "protocols/sip/response_context.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace carillon {

/// Forwards the calls of one user statefully (RFC 3261 section 16): the INVITE
/// to the callee's verified contacts, and what belongs to the dialog that it
/// makes. Requests go to the contacts of the two parties of a known call, which
/// each party may name at its own address, and nowhere else: the adapter is no
/// open relay.
class forwarded_calls {
public:
  /// `core` must outlive this object.
  explicit forwarded_calls(adapter_core& core);

  /// Forwards an INVITE that begins a call.
  /// @param targets contacts that were verified.
  void start(phone_request request, std::vector<sip::fork_target> targets,
             const std::string& trace);

  /// Forwards an INVITE that begins a call to the user's own phones. Who calls
  /// learns nothing of where they are: signalling goes through this adapter,
  /// which is all that the caller sees.
  /// @param phones those that are registered.
  void start_guarded(phone_request request,
                     const std::vector<sip::binding>& phones,
                     const std::string& trace);

  /// Forwards a request within a call. Its own Route has been taken off.
  /// @param token what the Route, or the Request-URI, named.
  void forward_within(phone_request request, const std::string& token);

  /// Forwards the ACK of a success. Its own Route has been taken off.
  void forward_ack(const sip::message& ack, const sip::flow& source,
                   const std::string& token);

  /// Is told that a phone cancelled an INVITE.
  void cancel(sip::transaction_id id);

  /// Takes a response to a request that was forwarded.
  void on_response(const sip::response_arrived& event);

  /// Is told that a request that was forwarded, or the answer to it, came to
  /// nothing.
  void on_failure(sip::transaction_id id, bool timed_out);

  /// Is told that a transaction is gone.
  void on_ended(sip::transaction_id id);

  /// Until when a call may be under way: phones that vanish end theirs by
  /// silence.
  [[nodiscard]] timestamp busy_until() const {
    return dialogs_.empty() ? timestamp{} : heard_ + defaults::call_silence;
  }

private:
  using dialog_ptr = std::shared_ptr<forwarded_dialog>;

  /// A request that was forwarded.
  struct forwarding {
    phone_request request;
    sip::response_context context;
    uint64_t number = 0;
    dialog_ptr dialog;
    /// Whether it begins the dialog.
    bool begins = false;
    /// The client transactions that have not ended, by branch.
    std::map<size_t, sip::transaction_id> clients;
  };

  struct branch {
    sip::transaction_id server = 0;
    size_t index = 0;
    sip::flow path;
  };

  using forwardings = std::unordered_map<sip::transaction_id, forwarding>;

  [[nodiscard]] uint64_t open_dialog(const phone_request& request,
                                     const std::string& trace);
  [[nodiscard]] dialog_ptr find_dialog(const std::string& token) const;
  void close_dialog(uint64_t number);
  void forward(phone_request request, std::vector<sip::fork_target> targets,
               uint64_t number, bool begins);
  void apply(sip::transaction_id server,
             const sip::response_context::step& todo);
  [[nodiscard]] expected<void> send(sip::transaction_id server, size_t index);
  [[nodiscard]] std::string make_branch();
  void settle(sip::transaction_id server);

  adapter_core* core_;
  /// Where messages are sent from; links among them.
  std::vector<sip::flow> listeners_;
  forwardings forwardings_;
  std::unordered_map<sip::transaction_id, branch> branches_;
  /// By age.
  std::map<uint64_t, dialog_ptr> dialogs_;
  std::unordered_map<std::string, uint64_t> by_token_;
  uint64_t last_dialog_ = 0;
  /// When something was last forwarded.
  timestamp heard_;
};

} // namespace carillon
