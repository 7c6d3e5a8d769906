#pragma once

#include "protocols/chord/messages.hpp"
#include "protocols/chord/router.hpp"
#include "protocols/time.hpp"

#include <random>
#include <vector>

namespace carillon::chord {

/// Makes one ring of two again after the network between them was cut. A peer
/// remembers neighbours that have fallen silent and asks one of them now and
/// then. When one answers that does not count this peer among its neighbours,
/// each is introduced to the ring of the other: an introduction travels to the
/// peer whose successor the newcomer should be, which takes it as a candidate
/// in its next round of stabilize; the successor that it displaces is
/// introduced in turn (`ring_member`), so that the two rings close like a zip.
/// Introductions within one ring end at once, so that nothing is lost when a
/// peer had merely died and come back.
///
/// Source: Shafaat, Ghodsi, Haridi, "Dealing with network partitions in
/// structured overlay networks" (Peer-to-Peer Networking and Applications 2,
/// 2009), section 4, with Zave's stabilize in place of direct changes of
/// successors.
///
/// Sans-I/O. Not thread-safe.
class ring_merge {
public:
  /// Remembers a peer that has fallen silent. The one that was remembered
  /// longest makes room.
  void remember(const peer_ref& lost, timestamp now, std::minstd_rand& random);

  /// Handles introductions, and answers of peers that were asked; ignores
  /// other messages.
  void handle(const peer_ref& from, const message& msg, timestamp now,
              ring_member& member, const finger_table& fingers, outbox& out);

  /// Asks one of the peers that were lost when it is time to.
  void tick(timestamp now, const ring_member& member, std::minstd_rand& random,
            outbox& out);

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const noexcept {
    return lost_.empty() ? timestamp::max() : next_probe_;
  }

  /// Gives how many peers are remembered.
  [[nodiscard]] size_t size() const noexcept {
    return lost_.size();
  }

private:
  struct lost_peer {
    peer_ref peer;
    timestamp since;
  };

  void on_answer(const peer_ref& from, const neighbors& msg, timestamp now,
                 ring_member& member, const finger_table& fingers, outbox& out);

  // The oldest first.
  std::vector<lost_peer> lost_;
  timestamp next_probe_{};
  uint64_t last_probe_ = 0;
};

} // namespace carillon::chord
