#pragma once

#include "protocols/sip/timers.hpp"
#include "protocols/sip/transaction_event.hpp"

#include <optional>

namespace carillon::sip {

/// The server side of an INVITE: RFC 3261 section 17.2.1 with the Accepted
/// state of RFC 6026. All functions append what is to be done to `out`. The
/// INVITE itself is delivered by the owner.
class invite_server_transaction {
public:
  enum class state : uint8_t {
    proceeding,
    accepted,
    completed,
    confirmed,
    terminated
  };

  /// Begins in Proceeding and sends nothing yet.
  /// @param path where responses go, see `response_flow`.
  invite_server_transaction(transaction_id id, const message& invite, flow path,
                            const timers& config);

  /// Sends the 100 Trying.
  void proceed(transaction_events& out) const;

  /// Takes a retransmitted INVITE, or the ACK of this transaction.
  void receive(const message& request, timestamp now, transaction_events& out);

  /// Sends a response. Another final response than a repeated 2xx is ignored
  /// once a final one was sent.
  void respond(const message& response, timestamp now, transaction_events& out);

  /// Is told that sending failed: the transaction is over.
  void transport_failed(transaction_events& out);

  /// Runs the timers that are due.
  void tick(timestamp now, transaction_events& out);

  /// Gives the time of the next `tick`, if any.
  [[nodiscard]] std::optional<timestamp> next_deadline() const noexcept;

  /// Where responses go.
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
    return last_response_.size();
  }

private:
  void send_last(transaction_events& out) const;

  transaction_id id_;
  flow path_;
  timers timers_;
  state state_ = state::proceeding;
  bytes last_response_;
  /// Timer G: the next retransmission of the final response.
  std::optional<timestamp> retransmit_at_;
  duration retransmit_interval_{};
  /// Timer H, I or L.
  std::optional<timestamp> end_at_;
};

/// The server side of any other request: RFC 3261 section 17.2.2 as amended by
/// RFC 4320: no provisional response is sent over UDP (a 100 neither, section
/// 4.1 permits it only late), and the final response is never forced. Without
/// one it ends when the client has given up.
class non_invite_server_transaction {
public:
  enum class state : uint8_t { trying, completed, terminated };

  /// Begins in Trying and sends nothing.
  non_invite_server_transaction(transaction_id id, flow path,
                                const timers& config, timestamp now);

  /// Takes a retransmitted request.
  void receive(const message& request, timestamp now, transaction_events& out);

  /// Sends the final response. Provisional responses and further final ones
  /// are ignored.
  void respond(const message& response, timestamp now, transaction_events& out);

  void transport_failed(transaction_events& out);

  void tick(timestamp now, transaction_events& out);

  [[nodiscard]] std::optional<timestamp> next_deadline() const noexcept;

  /// Where responses go.
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
    return last_response_.size();
  }

private:
  transaction_id id_;
  flow path_;
  timers timers_;
  state state_ = state::trying;
  bytes last_response_;
  /// Timer F of the client, then timer J.
  timestamp end_at_;
};

} // namespace carillon::sip
