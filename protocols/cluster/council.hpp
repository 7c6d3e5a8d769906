#pragma once

#include "protocols/cluster/follower_table.hpp"
#include "protocols/cluster/messages.hpp"
#include "protocols/cluster/next_view.hpp"
#include "protocols/cluster/placement.hpp"
#include "protocols/time.hpp"

#include <optional>
#include <random>
#include <set>
#include <vector>

namespace carillon::cluster {

/// Who a member is and what it decides by when it leads.
struct council_config {
  member self;
  ring_layout layout;
};

/// The state of a member that founds a cluster.
/// @param cluster names it; drawn at random.
/// @param peers virtual peers of the whole cluster.
[[nodiscard]] council_state found_cluster(const member& self, uint64_t cluster,
                                          uint32_t peers);

/// How the members of a cluster agree who is in it and who runs which peer.
///
/// It is Raft (Ongaro and Ousterhout, "In search of an understandable consensus
/// algorithm", 2014) with the latest view in place of a log: a member is
/// elected that has the newest view of a majority, proposes it anew in its own
/// term, and then one view after the other; a view holds when majorities of the
/// members of it and of the one before have saved it. A trial comes before each
/// election, and nobody votes while it hears of a leader, so that a member that
/// comes back does no harm.
///
/// A member may run its peers for `defaults::lease` after a time at which a
/// majority knew no later leader (`follower_table`). The others give the peers
/// of a silent member to somebody else after `defaults::failover`, which is
/// longer by the time that it takes to stop them: so nobody else runs a peer
/// at the same time, and a minority stops. This holds as long as clocks run
/// equally fast, whatever they show.
///
/// Sans-I/O: whoever uses it takes the effects after each call. Not
/// thread-safe.
class council {
public:
  /// What the others and the disk have to be told.
  struct effects {
    /// To be on disk before the messages are sent and before `committed` and
    /// `may_run` are believed.
    std::optional<council_state> save;
    std::vector<outgoing> messages;
  };

  /// @param state what was saved last, or what `found_cluster` gives, or one
  ///        with nothing but `self` for a member that wants in.
  /// @param random draws when to stand for election.
  council(council_config config, council_state state, std::minstd_rand random,
          timestamp now);

  /// Handles a message of another member; ignores those of other clusters.
  void handle(const message& msg, timestamp now);

  /// Does what is due.
  void tick(timestamp now);

  /// Has the member leave the cluster; its peers are handed over first.
  void leave(timestamp now);

  /// Tells that the peers that run here are none but those of the view with
  /// this number, and that all others have stopped.
  void applied(uint64_t number) noexcept {
    applied_ = number;
  }

  /// Gives what is to be saved and sent.
  [[nodiscard]] effects take_effects();

  /// Gives the newest view that is known to hold; null before the first.
  [[nodiscard]] const view* committed() const noexcept {
    return committed_ ? &*committed_ : nullptr;
  }

  /// Gives the newest view that was accepted, which need not hold: whom to stay
  /// connected with.
  [[nodiscard]] const view& accepted() const noexcept {
    return state_.accepted;
  }

  /// Tells whether the member is in the view that holds and may run its peers.
  [[nodiscard]] bool may_run(timestamp now) const;

  /// Tells whether the member is out of the cluster or hears of no leader: it
  /// has to look for the others, who may not look for it.
  [[nodiscard]] bool wants_in() const;

  /// Tells whether the others have let the member go that wanted to leave, or
  /// there are no others.
  [[nodiscard]] bool has_left() const;

  [[nodiscard]] bool is_leader() const noexcept {
    return role_ == role::leader;
  }

  /// Gives the member that leads, as far as this one knows; zero for nobody.
  [[nodiscard]] member_id leader() const noexcept {
    return is_leader() ? config_.self.id : leader_;
  }

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const;

private:
  enum class role : uint8_t { follower, trial, candidate, leader };

  struct wish {
    member who;
    timestamp until;
  };

  void on(const message& msg, const vote_request& asked, timestamp now);
  void on(const message& msg, const vote& got, timestamp now);
  void on(const message& msg, const beat& got, timestamp now);
  void on(const message& msg, const beat_answer& got, timestamp now);
  void on(const message& msg, const join_request& got, timestamp now);
  void on(const message& msg, const leave_request& got, timestamp now);

  // -- elections --------------------------------------------------------------

  [[nodiscard]] bool hears_a_leader(timestamp now) const;
  void put_off_election(timestamp now);
  void stand(role as, timestamp now);
  void count_votes(timestamp now);
  void follow(uint64_t term);
  void lead(timestamp now);

  // -- views ------------------------------------------------------------------

  void accept(view next);
  void propose(view next, timestamp now);
  void advance(timestamp now);
  void commit(timestamp now);
  void tell_all(timestamp now);
  void tell(member_id to);
  void extend_lease(std::optional<uint64_t> granted, timestamp now);

  // -- wishes -----------------------------------------------------------------

  void note_wish(const member& who, timestamp now);
  void ask_for_membership(timestamp now);

  void send(member_id to, decltype(message::body) body);
  [[nodiscard]] bool is_member() const;
  [[nodiscard]] uint64_t clock(timestamp now) const noexcept;
  [[nodiscard]] beat_answer make_answer(uint64_t round, timestamp now) const;

  const council_config config_;
  council_state state_;
  std::minstd_rand random_;
  /// What the clock that others are told shows at the start of this run: they
  /// cannot take a time of an earlier run for one of this.
  const uint64_t clock_offset_;
  const timestamp started_;

  role role_ = role::follower;
  member_id leader_ = 0;
  /// When the leader was heard; never before it is known.
  timestamp heard_{};
  timestamp election_{};
  std::set<member_id> votes_;

  // What a leader needs.
  follower_table followers_;
  /// The view that holds while `state_.accepted` is a proposal.
  view base_;
  uint64_t round_ = 0;
  timestamp next_beat_{};
  std::vector<wish> joining_;
  std::set<member_id> leaving_members_;

  std::optional<view> committed_;
  timestamp lease_end_{};
  uint64_t applied_ = 0;
  bool is_leaving_ = false;
  timestamp next_request_{};
  bool must_save_ = false;
  std::vector<outgoing> outbox_;
};

} // namespace carillon::cluster
