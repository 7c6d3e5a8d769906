#pragma once

#include "actors/replicator.hpp"
#include "actors/share_holder_config.hpp"
#include "protocols/p2psip/range_digest.hpp"
#include "protocols/p2psip/range_sync.hpp"

#include <functional>
#include <optional>
#include <random>

namespace carillon {

/// Sees to it that the records of one peer's arc are where they belong: the
/// holders of copies have what this peer has and the other way round, and what
/// lies outside of the arc gets to those who are responsible for it. Compares
/// when the neighbours change, now and then, and when a reader has seen a
/// difference. Lives inside a share holder, which brings it the messages.
class arc_keeper {
public:
  /// Sends a message to another peer.
  using send_function =
    std::function<void(const chord::peer_ref&, p2psip::message)>;

  using found_function = std::function<void(const lookup_outcome&)>;

  /// Looks for the owner of a key, and calls back once, with the owner or why
  /// there is none.
  using find_function =
    std::function<void(const chord::ring_id& key, found_function)>;

  /// `config`, `records` and `copies` must outlive this object.
  /// @param records what the peer holds
  /// @param copies carries records to others; `on_copied` is to be told of its
  ///               repairs
  arc_keeper(const share_holder_config& config,
             const p2psip::record_keeper& records, replicator& copies,
             send_function send, find_function find_owner);

  /// Takes over who is next to the peer, and compares what that changes.
  void on_neighbours(const chord::member_view& view);

  /// Tells whether the peer is responsible for a key, as far as it knows.
  [[nodiscard]] bool covers(const chord::ring_id& key) const noexcept;

  /// Gives the peers that may hold copies, in the order of
  /// `p2psip::replica_candidates`.
  [[nodiscard]] chord::peer_list candidates() const;

  /// Tells whether there are no other candidates: this peer knows the ring all
  /// the way round. One that has just come may know of one other only.
  [[nodiscard]] bool knows_all_candidates() const;

  /// Answers another holder's question what there is in a range.
  void on_question(const chord::peer_ref& from,
                   const p2psip::digest_request& msg);

  void on_answer(const chord::peer_ref& from, const p2psip::digest_answer& msg);

  void on_wanted(const chord::peer_ref& from, const p2psip::copies_wanted& msg);

  /// Compares an arc that a reader has seen a difference in, not too often.
  void on_notice(const p2psip::outdated_notice& msg);

  /// Tells that a holder sent a record, and what `record_keeper::take` said.
  void on_copy(const chord::peer_ref& from,
               const p2psip::record_keeper::entry& record,
               const expected<bool>& taken);

  /// Tells that a holder has taken the record at a position, or refuses it for
  /// good.
  void on_copied(const chord::peer_ref& to, const chord::ring_id& position,
                 const std::optional<error>& refusal);

  /// Gives the records to those who will be responsible when this node is
  /// gone. Done when `is_done`.
  void leave();

  /// Whether nothing is left to compare.
  [[nodiscard]] bool is_done() const noexcept {
    return sync_.is_done();
  }

  /// Does what is due.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept;

private:
  [[nodiscard]] p2psip::key_range arc() const noexcept;
  [[nodiscard]] chord::peer_list replicas() const;
  void compare_after_change();
  void compare_with_replicas(timestamp now);
  void pass_on(const chord::peer_ref& from,
               const p2psip::record_keeper::entry& record);
  void plan_handover();
  void hand_over();
  void finish_heir(timestamp now);
  void seek_heir(timestamp now);
  void hand_over_to(const chord::peer_ref& owner);
  void forget_foreign();
  duration jitter(duration longest);
  template <class Event>
  void synchronize(Event event);

  const share_holder_config* config_;
  const p2psip::record_keeper* records_;
  replicator* copies_;
  send_function send_;
  find_function find_owner_;
  p2psip::range_digest digests_;
  p2psip::range_sync sync_;
  chord::member_view neighbours_;
  // Where the arc began and whom its records were compared with when the
  // neighbours changed last.
  std::optional<chord::ring_id> arc_start_;
  chord::peer_list compared_with_;
  // Keys of others, whose owners may lack records that this peer has.
  std::optional<p2psip::key_range> foreign_;
  // Who is given records of these keys.
  std::optional<chord::peer_ref> heir_;
  bool is_seeking_heir_ = false;
  timestamp next_handover_ = timestamp::max();
  timestamp next_comparison_{};
  timestamp next_noticed_{};
  // Spreads work over time; nothing depends on its being unpredictable.
  std::minstd_rand random_;
};

} // namespace carillon
