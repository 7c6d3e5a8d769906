#pragma once

#include "actors/doubt_limit.hpp"
#include "actors/guarded_calls.hpp"
#include "actors/trusted_keys.hpp"
#include "protocols/secp2psip/callee.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// Answers the calls to one user: checks who calls, and says where the user's
/// phones are (SecP2PSIP section IV.3).
class incoming_calls {
public:
  /// All must outlive this object.
  incoming_calls(adapter_core& core, trusted_keys& keys,
                 guarded_calls& guarded);

  /// Takes the nonces that were stored, and forgets those that are too old to
  /// matter.
  void restore(const std::vector<note>& nonces);

  /// Takes a message that should be an INVITE of another adapter.
  void on_delivery(const chord::peer_ref& from, const p2psip::delivery& msg);

  /// Forgets nonces that are too old to matter.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept {
    return stored_.empty() ? timestamp::max() : stored_.front().until;
  }

  /// Until when this has something to do at least: calls, doubts about callers,
  /// nonces to be forgotten.
  [[nodiscard]] timestamp busy_until(timestamp now) const noexcept {
    return under_way_ > 0 || !stored_.empty() ? now : doubts_.until();
  }

private:
  /// An INVITE on its way through the checks.
  struct call {
    chord::peer_ref from;
    std::string trace;
    secp2psip::claimed_invite claimed;
    /// The SIP request that the INVITE carries, once it is verified.
    std::optional<sip::message> request;
    trusted_keys::reading_ptr key;
    /// Credits of the peer that this has taken.
    size_t doubts = 0;
  };

  using call_ptr = std::shared_ptr<call>;

  /// A nonce on disk.
  struct stored_nonce {
    timestamp until;
    std::string key;
  };

  void find_key(const call_ptr& it);
  void verify(const call_ptr& it);
  void accept(const call_ptr& it, secp2psip::verified_invite invite);
  void redirect(const call_ptr& it, const secp2psip::accepted_invite& invite);
  void refuse(const call_ptr& it, const secp2psip::refusal& why);
  void drop(const call_ptr& it, const error& why);
  void answer(const call_ptr& it, expected<bytes> content);

  adapter_core* core_;
  trusted_keys* keys_;
  guarded_calls* guarded_;
  secp2psip::replay_cache replays_;
  /// Reads that messages have caused which may be forged.
  doubt_limit doubts_;
  /// The oldest first.
  std::deque<stored_nonce> stored_;
  size_t under_way_ = 0;
};

/// Gives how the notes of the nonces begin that a user's callers have used.
[[nodiscard]] std::string nonce_prefix(const std::string& user);

} // namespace carillon
