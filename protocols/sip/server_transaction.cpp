#include "protocols/sip/server_transaction.hpp"

#include "protocols/sip/build.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

constexpr unsigned trying = 100;
constexpr unsigned first_final = 200;
constexpr unsigned first_failure = 300;

} // namespace

// -- INVITE -------------------------------------------------------------------

invite_server_transaction::invite_server_transaction(transaction_id id,
                                                     const message& invite,
                                                     flow path,
                                                     const timers& config)
  : id_{id}
  , path_{std::move(path)}
  , timers_{config}
  , last_response_{make_response(invite, trying, {}).print()} {
  // nop
}

void invite_server_transaction::proceed(transaction_events& out) const {
  send_last(out);
}

void invite_server_transaction::receive(const message& request, timestamp now,
                                        transaction_events& out) {
  if (request.method() != methods::ack) {
    // In Accepted the user repeats its 2xx by itself; in Confirmed the sender
    // has what it needs.
    if (state_ == state::proceeding || state_ == state::completed)
      send_last(out);
    return;
  }
  if (state_ != state::completed)
    return;
  const auto linger = timers_.i(is_reliable(path_.kind));
  state_ = linger == duration{0} ? state::terminated : state::confirmed;
  retransmit_at_.reset();
  end_at_ = now + linger;
  last_response_ = bytes{};
}

void invite_server_transaction::respond(const message& response, timestamp now,
                                        transaction_events& out) {
  const bool success =
    response.status() >= first_final && response.status() < first_failure;
  if (state_ != state::proceeding && !(state_ == state::accepted && success))
    return;
  last_response_ = response.print();
  send_last(out);
  if (response.status() < first_final || state_ == state::accepted)
    return;
  if (success) {
    state_ = state::accepted;
    end_at_ = now + timers_.l();
    return;
  }
  state_ = state::completed;
  end_at_ = now + timers_.h();
  if (!is_reliable(path_.kind)) {
    retransmit_interval_ = timers_.g();
    retransmit_at_ = now + retransmit_interval_;
  }
}

void invite_server_transaction::transport_failed(transaction_events& out) {
  state_ = state::terminated;
  out.emplace_back(transaction_failed{id_});
}

void invite_server_transaction::tick(timestamp now, transaction_events& out) {
  if (end_at_ && *end_at_ <= now) {
    if (state_ == state::completed)
      out.emplace_back(transaction_timed_out{id_});
    state_ = state::terminated;
  } else if (retransmit_at_ && *retransmit_at_ <= now) {
    send_last(out);
    retransmit_interval_ = std::min(2 * retransmit_interval_, timers_.t2);
    retransmit_at_ = now + retransmit_interval_;
  }
}

std::optional<timestamp>
invite_server_transaction::next_deadline() const noexcept {
  if (retransmit_at_ && end_at_)
    return std::min(*retransmit_at_, *end_at_);
  return end_at_;
}

void invite_server_transaction::send_last(transaction_events& out) const {
  out.emplace_back(send_bytes{id_, path_, last_response_});
}

// -- other methods ------------------------------------------------------------

non_invite_server_transaction::non_invite_server_transaction(
  transaction_id id, flow path, const timers& config, timestamp now)
  : id_{id}
  , path_{std::move(path)}
  , timers_{config}
  , end_at_{now + config.f()} {
  // nop
}

void non_invite_server_transaction::receive(const message&, timestamp,
                                            transaction_events& out) {
  if (state_ == state::completed)
    out.emplace_back(send_bytes{id_, path_, last_response_});
}

void non_invite_server_transaction::respond(const message& response,
                                            timestamp now,
                                            transaction_events& out) {
  if (state_ != state::trying || response.status() < first_final)
    return;
  last_response_ = response.print();
  out.emplace_back(send_bytes{id_, path_, last_response_});
  const auto linger = timers_.j(is_reliable(path_.kind));
  state_ = linger == duration{0} ? state::terminated : state::completed;
  end_at_ = now + linger;
}

void non_invite_server_transaction::transport_failed(transaction_events& out) {
  state_ = state::terminated;
  out.emplace_back(transaction_failed{id_});
}

void non_invite_server_transaction::tick(timestamp now, transaction_events&) {
  if (end_at_ <= now)
    state_ = state::terminated;
}

std::optional<timestamp>
non_invite_server_transaction::next_deadline() const noexcept {
  return end_at_;
}

} // namespace carillon::sip
