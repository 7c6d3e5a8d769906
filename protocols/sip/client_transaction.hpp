#pragma once

#include "protocols/sip/timers.hpp"
#include "protocols/sip/transaction_event.hpp"

#include <optional>

namespace carillon::sip {

/// The client side of an INVITE: RFC 3261 section 17.1.1 with the Accepted
/// state of RFC 6026. All functions append what is to be done to `out`.
class invite_client_transaction {
public:
  enum class state : uint8_t {
    calling,
    proceeding,
    accepted,
    completed,
    terminated
  };

  /// Sends the INVITE.
  invite_client_transaction(transaction_id id, message invite, flow path,
                            const timers& config, timestamp now,
                            transaction_events& out);

  /// Takes a response that matched this transaction; acknowledges a final one
  /// other than 2xx. The ACK of a 2xx is the user's task.
  void receive(const message& response, const flow& source, timestamp now,
               transaction_events& out);

  /// Is told that the user cancelled: should no final answer come in 64*T1,
  /// the transaction ends as timed out (RFC 3261 section 9.1).
  void cancelled(timestamp now);

  [[nodiscard]] bool is_cancelled() const noexcept {
    return cancelled_;
  }

  /// Tells whether timer C is due: provisional answers came, but none for
  /// minutes. The owner then cancels (RFC 3261 section 16.8).
  [[nodiscard]] bool overdue(timestamp now) const noexcept;

  void transport_failed(transaction_events& out);

  void tick(timestamp now, transaction_events& out);

  [[nodiscard]] std::optional<timestamp> next_deadline() const noexcept;

  /// The INVITE as it was sent.
  [[nodiscard]] const message& request() const noexcept {
    return invite_;
  }

  [[nodiscard]] const flow& path() const noexcept {
    return path_;
  }

  [[nodiscard]] state current() const noexcept {
    return state_;
  }

  [[nodiscard]] bool terminated() const noexcept {
    return state_ == state::terminated;
  }

  /// The bytes of text that this keeps.
  [[nodiscard]] size_t footprint() const noexcept {
    return invite_.footprint() + invite_bytes_.size();
  }

private:
  void receive_failure(const message& response, const flow& source,
                       timestamp now, transaction_events& out);

  transaction_id id_;
  message invite_;
  flow path_;
  timers timers_;
  state state_ = state::calling;
  bytes invite_bytes_;
  /// Timer A.
  std::optional<timestamp> retransmit_at_;
  duration retransmit_interval_{};
  /// Timer B, C, D or M, or the end of the wait after CANCEL.
  std::optional<timestamp> end_at_;
  bool cancelled_ = false;
};

/// The client side of any other request: RFC 3261 section 17.1.2 as amended by
/// RFC 4320.
class non_invite_client_transaction {
public:
  enum class state : uint8_t { trying, proceeding, completed, terminated };

  /// Sends the request.
  non_invite_client_transaction(transaction_id id, const message& request,
                                flow path, const timers& config, timestamp now,
                                transaction_events& out);

  /// Takes a response that matched this transaction.
  void receive(const message& response, const flow& source, timestamp now,
               transaction_events& out);

  void transport_failed(transaction_events& out);

  void tick(timestamp now, transaction_events& out);

  [[nodiscard]] std::optional<timestamp> next_deadline() const noexcept;

  [[nodiscard]] state current() const noexcept {
    return state_;
  }

  [[nodiscard]] bool terminated() const noexcept {
    return state_ == state::terminated;
  }

  /// The bytes of text that this keeps.
  [[nodiscard]] size_t footprint() const noexcept {
    return request_.size();
  }

private:
  transaction_id id_;
  flow path_;
  timers timers_;
  state state_ = state::trying;
  bytes request_;
  /// Timer E.
  std::optional<timestamp> retransmit_at_;
  duration retransmit_interval_{};
  /// Timer F or K.
  std::optional<timestamp> end_at_;
};

} // namespace carillon::sip
