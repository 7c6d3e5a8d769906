#pragma once

#include "protocols/chord/messages.hpp"
#include "protocols/chord/ring_config.hpp"
#include "protocols/chord/suitors.hpp"
#include "protocols/chord/unnamed_successors.hpp"
#include "protocols/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace carillon::chord {

/// Where a peer is to take its place, as a lookup of its own id has found.
struct found_place {
  peer_ref successor;
  /// Peers that come after the successor, as far as anybody has told; they are
  /// kept if those are whom the successor does not name
  /// (`ring_config::keeps_unnamed`).
  peer_list others;
  /// Peers before the place, to whom the newcomer makes itself known: its
  /// predecessor might not tell them of it.
  peer_list before;
};

/// Keeps one peer's predecessor and successor list: Chord as corrected by
/// Zave, "Reasoning about identifier spaces: How to make Chord correct" (IEEE
/// Transactions on Software Engineering 43, 2017), sections 3 and 4.
///
/// A peer joins by adopting its successor's whole list. In each round of
/// stabilize it asks its first successor, takes over that one's list, asks the
/// successor's predecessor when that one lies between them, and notifies
/// whoever is its first successor then. A notified peer rectifies: it takes
/// the notifier for its predecessor when that one is nearer, or when the old
/// predecessor turns out to be dead. A dead successor is replaced at once by
/// the next of the list.
///
/// Rounds become rare while nothing changes. A peer whose list has changed
/// tells its predecessor, and one that gets another predecessor tells the
/// former one; both have their round at once then, so that news travels as far
/// as successor lists reach. A neighbour that somebody has found silent is
/// asked at once.
///
/// Sans-I/O: it is told messages and the time, appends what to send to an
/// outbox, and never sends by itself. Not thread-safe.
class ring_member {
public:
  enum class state : uint8_t {
    /// Not part of a ring.
    outside,
    /// Waiting for the successor's list.
    joining,
    /// Part of a ring, which may consist of this peer alone.
    member,
    /// All known successors are dead: the peer has to join anew.
    isolated,
  };

  ring_member(peer_ref self, ring_config config);

  /// Founds a ring of one.
  void found(timestamp now);

  /// Takes a place. Ends in `member`, or in `isolated` when the successor does
  /// not answer.
  void join(found_place where, timestamp now, outbox& out);

  /// Takes a place in a settled ring that was computed from complete knowledge
  /// of it, without asking anybody.
  /// @param successors the next peers clockwise, nearest first
  void adopt(std::optional<peer_ref> predecessor, successor_list successors,
             timestamp now);

  /// Handles the messages of ring maintenance; ignores others.
  void handle(const peer_ref& from, const message& msg, timestamp now,
              outbox& out);

  /// Does what is due.
  void tick(timestamp now, outbox& out);

  /// Drops a peer that somebody found dead, and replaces it at once.
  void peer_failed(const ring_id& id, timestamp now, outbox& out);

  /// Looks whether a neighbour is alive that somebody got no answer from;
  /// others are of no concern.
  void suspect(const ring_id& id, timestamp now, outbox& out);

  /// Takes note of a peer that may lie between this one and its successor: it
  /// is asked in the next round of stabilize, unless a nearer one turns up.
  void consider(const peer_ref& candidate);

  /// Takes a newcomer that has made itself known into the successor list, even
  /// if no other successor names it (`ring_config::keeps_unnamed`).
  /// @returns whether it has a place there; `consider` is for one that lies
  ///          before the first successor.
  bool take_in(const peer_ref& newcomer, timestamp now, outbox& out);

  /// Gives the neighbours that were dropped because of their silence since the
  /// last call.
  [[nodiscard]] peer_list take_lost();

  /// Leaves: both neighbours are told who follows.
  void leave(outbox& out);

  [[nodiscard]] const peer_ref& self() const noexcept {
    return self_;
  }

  [[nodiscard]] state current_state() const noexcept {
    return state_;
  }

  [[nodiscard]] const std::optional<peer_ref>& predecessor() const noexcept {
    return predecessor_;
  }

  /// Gives the next live peers clockwise, nearest first; empty in a ring of
  /// one. Never holds the peer itself.
  [[nodiscard]] const successor_list& successors() const noexcept {
    return successors_;
  }

  /// Tells whether a key lies in this peer's arc. Without a known predecessor
  /// the answer is no, unless the peer is alone.
  [[nodiscard]] bool responsible_for(const ring_id& key) const noexcept;

  /// Grows with each change of the predecessor or the successor list.
  [[nodiscard]] uint64_t revision() const noexcept {
    return revision_;
  }

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const noexcept;

private:
  enum class stage : uint8_t {
    idle,
    asking_successor,
    asking_candidate,
  };

  void handle_one(const peer_ref& from, const message& msg, timestamp now,
                  outbox& out);
  void do_due(timestamp now, outbox& out);
  void drop_failed(const ring_id& id, timestamp now, outbox& out);
  void spread_changes(outbox& out);
  void hurry(timestamp now, outbox& out);
  void schedule_round(timestamp now);
  void start_round(timestamp now, outbox& out);
  void ask(stage what, const peer_ref& whom, timestamp now, outbox& out);
  void finish_round(outbox& out);
  void on_neighbors(const peer_ref& from, const neighbors& msg, timestamp now,
                    outbox& out);
  void ask_again(timestamp now, outbox& out);
  void on_silence(timestamp now, outbox& out);
  void check_predecessor(timestamp now, outbox& out);
  void ping_predecessor(timestamp now, outbox& out);
  void rectify(const peer_ref& notifier, timestamp now, outbox& out);
  void on_leaving(const peer_ref& from, const leaving& msg, timestamp now,
                  outbox& out);
  void adopt_list(const peer_ref& head, const peer_list& tail, timestamp now,
                  outbox& out);
  void ask_considered(timestamp now, outbox& out);
  bool remove_successor(const ring_id& id);
  void drop_successor(const ring_id& id);
  void lose_predecessor(timestamp now);
  void set_predecessor(std::optional<peer_ref> peer, timestamp now);

  peer_ref self_;
  ring_config config_;
  state state_ = state::outside;
  std::optional<peer_ref> predecessor_;
  timestamp predecessor_heard_{};
  successor_list successors_;
  uint64_t revision_ = 0;
  // What was reacted to.
  uint64_t spread_revision_ = 0;
  bool list_changed_ = false;

  // The question of stabilize or join that is under way.
  stage stage_ = stage::idle;
  peer_ref asked_;
  uint64_t asked_request_ = 0;
  size_t asked_times_ = 0;
  timestamp asked_deadline_{};
  timestamp last_round_{};
  timestamp next_round_{};
  // Rounds since anything has changed.
  uint32_t quiet_rounds_ = 0;

  unnamed_successors unnamed_;
  suitors suitors_;

  // Where it takes its place, until it has.
  std::unique_ptr<found_place> joining_;

  // Candidates that were asked in this round.
  size_t asked_candidates_ = 0;

  // Whom others have named as a possible successor.
  std::optional<peer_ref> considered_;

  // Neighbours that have fallen silent.
  peer_list lost_;

  // Whether the predecessor is being asked if it is alive, and the notifier
  // that replaces it if not.
  bool checks_predecessor_ = false;
  std::optional<peer_ref> rectify_candidate_;
  uint64_t rectify_request_ = 0;
  size_t rectify_times_ = 0;
  timestamp rectify_deadline_{};

  uint64_t last_request_ = 0;
};

} // namespace carillon::chord
