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
    auto taken = taken_by(peer);
    while (!taken.empty() && taken.front() + defaults::doubt_period <= now)
      taken.pop_front();
    const bool has_credit = taken.size() < defaults::doubted_invites;
    if (has_credit)
      taken.push_back(now);
    taken_.insert(peer, std::move(taken));
    return has_credit;
  }

  /// Gives a credit of a peer back.
  void give_back(const chord::ring_id& peer) {
    auto taken = taken_by(peer);
    if (!taken.empty())
      taken.pop_back();
    taken_.insert(peer, std::move(taken));
  }

private:
  /// When each credit was taken that has not come back, the earliest first.
  using times = std::deque<timestamp>;

  times taken_by(const chord::ring_id& peer) {
    const auto* known = taken_.find(peer);
    return known == nullptr ? times{} : *known;
  }

  identity::bounded_cache<chord::ring_id, times> taken_{
    defaults::doubted_peers};
};

} // namespace carillon
