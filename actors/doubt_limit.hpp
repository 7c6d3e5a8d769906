#pragma once

#include "actors/defaults.hpp"
#include "protocols/chord/ring_id.hpp"
#include "protocols/identity/bounded_cache.hpp"
#include "protocols/time.hpp"

#include <deque>

namespace carillon {

/// Bounds what peers can make this node do by messages that nobody has proven
/// to have sent: each peer has some credit, which a message takes, a good one
/// gives back at once, and a bad one only after a while.
class doubt_limit {
public:
  /// Takes a credit of a peer.
  /// @returns whether there was one.
  [[nodiscard]] bool take(const chord::ring_id& peer, timestamp now) {
    auto* known = taken_.find(peer);
    auto& taken = known != nullptr ? *known : *taken_.insert(peer, {});
    while (!taken.empty() && taken.front() + defaults::doubt_period <= now)
      taken.pop_front();
    const bool has_credit = taken.size() < defaults::doubted_invites;
    if (has_credit) {
      taken.push_back(now);
      until_ = now + defaults::doubt_period;
    }
    return has_credit;
  }

  /// Until when credits are missing at most.
  [[nodiscard]] timestamp until() const noexcept {
    return until_;
  }

  /// Gives a credit of a peer back.
  void give_back(const chord::ring_id& peer) {
    if (auto* taken = taken_.find(peer); taken != nullptr && !taken->empty())
      taken->pop_back();
  }

private:
  /// When each credit was taken that has not come back, the earliest first.
  using times = std::deque<timestamp>;

  identity::bounded_cache<chord::ring_id, times> taken_{
    defaults::doubted_peers};
  timestamp until_{};
};

} // namespace carillon
