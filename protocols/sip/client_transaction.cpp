#include "protocols/sip/client_transaction.hpp"

#include "protocols/sip/build.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

constexpr unsigned trying = 100;
constexpr unsigned first_final = 200;
constexpr unsigned first_failure = 300;

/// Gives the earlier of two times that may both be missing.
std::optional<timestamp> earlier(std::optional<timestamp> lhs,
                                 std::optional<timestamp> rhs) {
  if (lhs && rhs)
    return std::min(*lhs, *rhs);
  return lhs ? lhs : rhs;
}

} // namespace

// -- INVITE -------------------------------------------------------------------

invite_client_transaction::invite_client_transaction(transaction_id id,
                                                     message invite, flow path,
                                                     const timers& config,
                                                     timestamp now,
                                                     transaction_events& out)
  : id_{id}
  , invite_{std::move(invite)}
  , path_{std::move(path)}
  , timers_{config}
  , invite_bytes_{invite_.print()}
  , end_at_{now + config.b()} {
  if (!is_reliable(path_.kind)) {
    retransmit_interval_ = timers_.a();
    retransmit_at_ = now + retransmit_interval_;
  }
  out.emplace_back(send_bytes{id_, path_, invite_bytes_});
}

void invite_client_transaction::receive(const message& response,
                                        const flow& source, timestamp now,
                                        transaction_events& out) {
  if (response.status() >= first_failure) {
    receive_failure(response, source, now, out);
    return;
  }
  const bool waiting = state_ == state::calling || state_ == state::proceeding;
  const bool success = response.status() >= first_final;
  if (!waiting && !(state_ == state::accepted && success))
    return;
  if (success && waiting) {
    state_ = state::accepted;
    end_at_ = now + timers_.m();
  } else if (!success) {
    // A 100 says nothing about the callee and does not restart timer C.
    if (!cancelled_ && (state_ == state::calling || response.status() > trying))
      end_at_ = now + timers_.timer_c;
    state_ = state::proceeding;
  }
  retransmit_at_.reset();
  out.emplace_back(response_arrived{id_, source, response});
}

void invite_client_transaction::receive_failure(const message& response,
                                                const flow& source,
                                                timestamp now,
                                                transaction_events& out) {
  if (state_ == state::accepted || state_ == state::terminated)
    return;
  out.emplace_back(send_bytes{id_, path_, make_ack(invite_, response).print()});
  if (state_ == state::completed)
    return;
  const auto linger = timers_.d(is_reliable(path_.kind));
  state_ = linger == duration{0} ? state::terminated : state::completed;
  retransmit_at_.reset();
  end_at_ = now + linger;
  out.emplace_back(response_arrived{id_, source, response});
}

void invite_client_transaction::cancelled(timestamp now) {
  cancelled_ = true;
  end_at_ = now + timers_.cancelled();
}

bool invite_client_transaction::overdue(timestamp now) const noexcept {
  return state_ == state::proceeding && !cancelled_ && *end_at_ <= now;
}

void invite_client_transaction::transport_failed(transaction_events& out) {
  // Only waiting for an answer can fail; an ACK that was lost is repeated.
  if (state_ == state::calling || state_ == state::proceeding)
    out.emplace_back(transaction_failed{id_});
  state_ = state::terminated;
}

void invite_client_transaction::tick(timestamp now, transaction_events& out) {
  if (end_at_ && *end_at_ <= now) {
    if (state_ == state::calling || state_ == state::proceeding)
      out.emplace_back(transaction_timed_out{id_});
    state_ = state::terminated;
  } else if (retransmit_at_ && *retransmit_at_ <= now) {
    out.emplace_back(send_bytes{id_, path_, invite_bytes_});
    retransmit_interval_ *= 2;
    retransmit_at_ = now + retransmit_interval_;
  }
}

std::optional<timestamp>
invite_client_transaction::next_deadline() const noexcept {
  return earlier(retransmit_at_, end_at_);
}

// -- other methods ------------------------------------------------------------

non_invite_client_transaction::non_invite_client_transaction(
  transaction_id id, const message& request, flow path, const timers& config,
  timestamp now, transaction_events& out)
  : id_{id}
  , path_{std::move(path)}
  , timers_{config}
  , request_{request.print()}
  , end_at_{now + config.f()} {
  if (!is_reliable(path_.kind)) {
    retransmit_interval_ = timers_.e();
    retransmit_at_ = now + retransmit_interval_;
  }
  out.emplace_back(send_bytes{id_, path_, request_});
}

void non_invite_client_transaction::receive(const message& response,
                                            const flow& source, timestamp now,
                                            transaction_events& out) {
  if (state_ != state::trying && state_ != state::proceeding)
    return;
  out.emplace_back(response_arrived{id_, source, response});
  if (response.status() < first_final) {
    state_ = state::proceeding;
    return;
  }
  const auto linger = timers_.k(is_reliable(path_.kind));
  state_ = linger == duration{0} ? state::terminated : state::completed;
  retransmit_at_.reset();
  end_at_ = now + linger;
}

void non_invite_client_transaction::transport_failed(transaction_events& out) {
  if (state_ != state::completed)
    out.emplace_back(transaction_failed{id_});
  state_ = state::terminated;
}

void non_invite_client_transaction::tick(timestamp now,
                                         transaction_events& out) {
  if (end_at_ && *end_at_ <= now) {
    if (state_ != state::completed)
      out.emplace_back(transaction_timed_out{id_});
    state_ = state::terminated;
  } else if (retransmit_at_ && *retransmit_at_ <= now) {
    out.emplace_back(send_bytes{id_, path_, request_});
    retransmit_interval_ = state_ == state::proceeding
      ? timers_.t2
      : std::min(2 * retransmit_interval_, timers_.t2);
    retransmit_at_ = now + retransmit_interval_;
  }
}

std::optional<timestamp>
non_invite_client_transaction::next_deadline() const noexcept {
  return earlier(retransmit_at_, end_at_);
}

} // namespace carillon::sip
