#pragma once

#include "protocols/bytes.hpp"
#include "protocols/secp2psip/defaults.hpp"
#include "protocols/time.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace carillon::secp2psip {

/// What makes a message unique among those of its sender.
using message_nonce = std::array<uint8_t, defaults::nonce_size>;

/// One message that was accepted. It is worth remembering until
/// `time + defaults::time_window`; after that its time alone refuses it.
struct replay_entry {
  /// The time that the message carries.
  timestamp time;
  message_nonce nonce{};
  /// Who has proven to have signed the message: a user's name, or the
  /// fingerprint of a key whose owner has no name yet.
  std::string sender;

  auto operator<=>(const replay_entry&) const = default;
};

/// How much a replay cache may hold.
struct replay_limits {
  size_t per_sender = defaults::max_nonces_per_sender;
  size_t in_all = defaults::max_nonces;
};

/// Remembers the nonces of accepted messages for as long as their time lies in
/// the accepted window.
///
/// Nothing is forgotten early: when a limit is reached, new messages are
/// refused. Only verified messages may be admitted, so that nobody but a
/// sender can use up this sender's share.
///
/// To refuse replays across a restart the owner stores each entry before it
/// acts on the message, and hands the stored ones to `restore` at its start.
class replay_cache {
public:
  explicit replay_cache(replay_limits limits = {})
    : limits_(limits) {}

  /// Admits a verified message and remembers it.
  /// @returns `stale` for a time outside the window, `replayed` for a nonce
  ///          that this sender has used, `quota_exceeded` when the sender and
  ///          `overloaded` when all together have used up their limit.
  [[nodiscard]] expected<void> admit(const replay_entry& message,
                                     timestamp now);

  /// Gives what has to be remembered at the time `now`.
  [[nodiscard]] std::vector<replay_entry> entries(timestamp now);

  /// Remembers a stored entry, unless its time is over or a limit is reached.
  void restore(const replay_entry& stored, timestamp now);

private:
  /// Forgets messages that their time alone refuses.
  void expire(timestamp now);

  void remember(const replay_entry& message);

  replay_limits limits_;
  /// Ordered by time, so that the oldest stand at the front.
  std::set<replay_entry> by_time_;
  std::map<std::string, std::set<message_nonce>> by_sender_;
};

/// Tells whether a message that carries `time` can be accepted at `now`.
/// @returns `stale` when the two differ by more than `defaults::time_window`.
[[nodiscard]] expected<void> check_time(timestamp time, timestamp now);

/// Encodes an entry for the store: the seconds since the Unix epoch in eight
/// bytes, big-endian, the nonce, the sender.
[[nodiscard]] bytes encode(const replay_entry& entry);

/// Decodes what `encode` made.
/// @returns `malformed` for anything else.
[[nodiscard]] expected<replay_entry> decode_replay_entry(byte_view data);

} // namespace carillon::secp2psip
