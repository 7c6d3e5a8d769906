#pragma once

#include "protocols/bytes.hpp"
#include "protocols/cluster/view.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace carillon::cluster {

/// Asks for a vote in the term of the message.
struct vote_request {
  /// The newest view that the sender has accepted.
  view_version last;
  /// Asks only whether the receiver would vote so, which binds nobody: a member
  /// that is cut off does not disturb the others when it comes back.
  bool is_trial = false;

  bool operator==(const vote_request&) const = default;
};

/// Answers `vote_request`.
struct vote {
  bool is_trial = false;
  bool granted = false;

  bool operator==(const vote&) const = default;
};

/// What the leader tells a member, several times a second.
struct beat {
  /// Rises with each time that the leader tells all members.
  uint64_t round = 0;
  /// The number of the view of this term that holds; zero for none yet.
  uint64_t committed = 0;
  /// What the receiver's clock showed at a time at or before which a majority
  /// had not followed anybody else.
  std::optional<uint64_t> granted;
  /// The leader's newest view, for a member that does not have it.
  std::optional<view> proposal;

  bool operator==(const beat&) const = default;
};

/// Answers `beat`.
struct beat_answer {
  uint64_t round = 0;
  /// What the sender's clock shows; means nothing to others.
  uint64_t clock = 0;
  /// The newest view that the sender has accepted and saved.
  view_version accepted;
  /// The number of the newest view by which the sender runs its peers.
  uint64_t applied = 0;

  bool operator==(const beat_answer&) const = default;
};

/// Asks to be let into the cluster; passed on to the leader.
struct join_request {
  member who;

  bool operator==(const join_request&) const = default;
};

/// Asks to be let out of the cluster; passed on to the leader.
struct leave_request {
  bool operator==(const leave_request&) const = default;
};

/// What members say to each other.
struct message {
  /// Names the cluster; zero from somebody who was never in one.
  uint64_t cluster = 0;
  member_id from = 0;
  /// The sender's term; that of a vote is what is voted for.
  uint64_t term = 0;
  std::variant<vote_request, vote, beat, beat_answer, join_request,
               leave_request>
    body;

  bool operator==(const message&) const = default;
};

/// A message and whom to send it to.
struct outgoing {
  /// Nobody stands for a seed: any member that can be reached.
  member_id to = 0;
  message what;
};

/// What a member has to remember whatever happens.
struct council_state {
  /// Names the cluster; zero before the member was let in.
  uint64_t cluster = 0;
  /// The member itself.
  member_id self = 0;
  uint64_t term = 0;
  /// Who got the vote of that term; nobody yet is zero.
  member_id voted_for = 0;
  /// The newest view that was accepted; it need not hold.
  view accepted;

  bool operator==(const council_state&) const = default;
};

/// Encodes a message as `protocols/wire/cluster.proto` says.
[[nodiscard]] bytes encode(const message& what);

/// Decodes a message.
/// @returns `too_large` above `defaults::max_message` or for a list or field
///          above its limit; `malformed` for anything else.
[[nodiscard]] expected<message> decode_message(byte_view data);

/// Encodes a member's state.
[[nodiscard]] bytes encode(const council_state& what);

/// Decodes a member's state.
/// @returns as `decode_message`.
[[nodiscard]] expected<council_state> decode_council_state(byte_view data);

} // namespace carillon::cluster
