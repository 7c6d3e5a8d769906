#pragma once

#include "actors/messages.hpp"
#include "protocols/time.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// What else a node needs besides its peers.
struct node_condition {
  /// It listens for phones.
  bool serves_phones = false;
  bool leaves = false;
  /// When its admission ticket ends.
  timestamp ticket_ends;
  /// It is a member of a cluster that has no majority.
  bool lacks_majority = false;
};

/// Whether a node can be relied upon.
struct health {
  /// `ready`, or in one word why not: `leaving`, `restarting`, `isolated`,
  /// `joining`, `expired` or `starting`.
  std::string_view status;
  /// The same for people; empty when it is ready.
  std::string reason;

  [[nodiscard]] bool is_ready() const noexcept {
    return reason.empty();
  }
};

/// Judges a node: it is ready when each of its peers has its place in the ring,
/// its ticket is good and phones can connect. That its port is open says
/// nothing.
[[nodiscard]] health judge_health(const std::vector<inspected_peer>& peers,
                                  const node_condition& condition,
                                  timestamp now);

/// What a peer may be doing: the names of the states of a `ring_member`, in
/// their order, and one more.
inline constexpr auto peer_states = std::to_array<std::string_view>(
  {"outside", "joining", "member", "isolated", "restarting"});

/// Gives what a peer is doing.
/// @returns one of `peer_states`; `restarting` also when it was given up.
[[nodiscard]] std::string_view
peer_state_name(const inspected_peer& peer) noexcept;

} // namespace carillon
