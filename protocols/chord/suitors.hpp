#pragma once

#include "protocols/chord/peer_ref.hpp"
#include "protocols/time.hpp"

#include <optional>
#include <vector>

namespace carillon::chord {

/// The peers that have lately notified one peer although another lies between
/// them: many that join at once all notify the same one, which tells each of
/// the nearest of the others, so that they sort themselves in a few rounds.
class suitors {
public:
  /// Remembers who has notified the peer, the last of them.
  void remember(const peer_ref& notifier, timestamp now);

  void forget(const ring_id& id);

  /// Gives whom a peer should take for its successor instead of `self`: of all
  /// that are known to lie between the two, the nearest to it. If there is
  /// none, gives the predecessor, which is the asker or lies before it.
  [[nodiscard]] std::optional<peer_ref>
  best_successor_of(const peer_ref& asker, const ring_id& self,
                    const std::optional<peer_ref>& predecessor,
                    timestamp now) const;

private:
  struct suitor {
    peer_ref peer;
    timestamp heard;
  };

  std::vector<suitor> all_;
};

} // namespace carillon::chord
