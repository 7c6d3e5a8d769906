#pragma once

#include "actors/forwarded_calls.hpp"
#include "actors/guarded_calls.hpp"
#include "actors/incoming_calls.hpp"
#include "actors/outgoing_calls.hpp"
#include "actors/phone_authorizer.hpp"
#include "actors/trusted_keys.hpp"
#include "actors/user_registration.hpp"

#include <caf/stateful_actor.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace carillon {

/// The phone side of one user: owns the SIP transactions, and hands what
/// arrives to the part that it concerns.
struct sip_adapter_state {
  static constexpr const char* name = "sip_adapter";

  explicit sip_adapter_state(sip_adapter_actor::pointer owner)
    : self(owner) {}

  void start(sip_adapter_config config);
  void on_arrival(const sip_arrival& arrival);
  void on_delivery(const chord::peer_ref& from, const p2psip::delivery& msg);
  /// What was sent for a transaction did not reach the network.
  void on_transport_failure(sip::transaction_id id);
  void on_tick();

  sip_adapter_actor::pointer self;

private:
  /// The parts of an adapter, made in this order.
  struct parts {
    explicit parts(adapter_core& core);

    trusted_keys keys;
    phone_authorizer authorizer;
    user_registration registration;
    forwarded_calls forwarded;
    guarded_calls guarded;
    outgoing_calls outgoing;
    incoming_calls incoming;
  };

  void load();
  void load_keys(const std::vector<note>& notes);
  void load_rest();
  void load_notes(const std::string& prefix,
                  std::function<void(const std::vector<note>&)> take);
  void on_part_loaded(const std::optional<error>& failure);
  void refuse_early(const sip_arrival& arrival);
  void take(const sip_arrival& arrival);
  void settle();
  void handle(sip::transaction_event& event);
  void transmit(sip::send_bytes send);
  void on_request(sip::request_arrived& event);
  void on_registration(phone_request request);
  void on_invite(phone_request request);
  void start_call(phone_request request);
  void on_ack(sip::ack_arrived& event);
  void request_tick();
  [[nodiscard]] timestamp busy_until() const;
  void note_work();
  void ask_to_leave();
  [[nodiscard]] expected<std::string>
  take_own_token(sip::message& request) const;

  std::optional<adapter_core> core_;
  std::optional<parts> parts_;
  /// Keys and notes that have not been read yet.
  size_t to_load_ = 0;
  std::optional<error> load_failure_;
  std::vector<sip_arrival> early_;
  std::vector<std::pair<chord::peer_ref, p2psip::delivery>> early_deliveries_;
  /// The credit of the message that is being handled.
  std::shared_ptr<void> credit_;
  bool settling_ = false;
  alarm alarm_;
  /// Messages that the switch has passed on.
  uint64_t arrivals_ = 0;
  /// When this adapter will have been idle for long enough.
  timestamp retire_at_;
};

/// Registers one user's phones, sets up the user's calls and answers those of
/// others. Ends with the reason `user_shutdown` when the user's keys cannot be
/// read, after it has said so to whoever asked.
sip_adapter_actor::behavior_type
sip_adapter(sip_adapter_actor::stateful_pointer<sip_adapter_state> self,
            sip_adapter_config config);

} // namespace carillon
