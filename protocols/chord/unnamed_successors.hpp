#pragma once

#include "protocols/chord/messages.hpp"
#include "protocols/chord/ring_config.hpp"

#include <vector>

namespace carillon::chord {

/// The successors of one peer that its other successors do not name: in a ring
/// with hostile peers they are kept as long as they answer, since a hostile
/// peer would leave out whoever comes after it.
class unnamed_successors {
public:
  /// Adds those of the present list to a new one that it leaves out. They are
  /// asked whether they are alive, once in the longest time between two rounds.
  /// @param last_request the number of the peer's last question, which goes on.
  void keep(const ring_id& self, const successor_list& present,
            peer_list& merged, const ring_config& config, timestamp now,
            uint64_t& last_request, outbox& out);

  /// Adds one that has just been heard of from itself.
  void add(const peer_ref& peer, const ring_config& config, timestamp now);

  /// Handles the answer to a question.
  void on_pong(const peer_ref& from, const pong& msg);

  /// Asks those again that have not answered.
  /// @returns those that stay silent.
  [[nodiscard]] peer_list tick(const ring_config& config, timestamp now,
                               uint64_t& last_request, outbox& out);

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const noexcept;

private:
  struct unnamed_peer {
    peer_ref peer;
    uint64_t request = 0;
    size_t times = 0;
    // Of its answer; endless when it has given one.
    timestamp deadline;
    // When it is asked again.
    timestamp next;
  };

  static void ask(unnamed_peer& whom, const ring_config& config, timestamp now,
                  uint64_t& last_request, outbox& out);

  std::vector<unnamed_peer> all_;
};

} // namespace carillon::chord
