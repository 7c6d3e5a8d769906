#pragma once

#include "actors/adapter_core.hpp"
#include "protocols/identity/location.hpp"
#include "protocols/secp2psip/registration.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <optional>

namespace carillon {

/// Asks the bootstrap servers, one after the other, to admit a user, until one
/// of them has decided. One conversation at a time.
class bootstrap_client {
public:
  /// The encoded admission, or why there is none.
  using outcome = tl::expected<bytes, sip_failure>;
  using done = std::function<void(const outcome&)>;

  /// `core` must outlive this object.
  explicit bootstrap_client(adapter_core& core);

  /// Has the user admitted and the location stored; calls `then` once.
  /// @param succession the word of earlier keys for the present ones, from an
  ///        earlier admission; empty when there is none. Keys that wait to be
  ///        succeeded give a new one.
  /// @param admission the one that is to be renewed; empty when there is none.
  void ask(const std::string& trace, identity::location where, bytes succession,
           bytes admission, done then);

  /// Takes a message that may be the answer.
  /// @returns whether it was.
  bool on_delivery(const p2psip::delivery& msg);

  /// Ends what is overdue.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept {
    return deadline_;
  }

private:
  void ask_next();
  void send(const bootstrap_server& server,
            expected<secp2psip::outgoing_register> made);
  void on_answer(const secp2psip::registered& answer);
  void on_refusal(const secp2psip::refusal& why);
  void finish(const outcome& result);

  adapter_core* core_;
  std::string trace_;
  identity::location where_;
  bytes succession_;
  bytes admission_;
  done then_;
  /// Those to ask this time.
  std::vector<bootstrap_server> servers_;
  size_t next_server_ = 0;
  /// Tells the present request from those that were given up.
  uint64_t attempt_ = 0;
  std::optional<secp2psip::sent_register> sent_;
  sip_failure failure_;
  timestamp deadline_ = timestamp::max();
};

} // namespace carillon
