#pragma once

#include "actors/defaults.hpp"
#include "actors/share_holder_config.hpp"
#include "protocols/p2psip/messages.hpp"

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>
#include <variant>

namespace carillon {

/// Gets the copies of one peer's records onto the disks of the next peers: of a
/// record that is being stored, and of those that a change of neighbours left
/// without. Lives inside a share holder, which brings it the answers.
class replicator {
public:
  /// Sends a message and tells whether the peer is there.
  using send_function =
    std::function<bool(const chord::peer_ref&, p2psip::message)>;

  /// Tells that a peer has taken the record at a position, or refuses it for
  /// good.
  using repaired_function =
    std::function<void(const chord::peer_ref&, const chord::ring_id& position,
                       const std::optional<error>& refusal)>;

  /// `config` must outlive this object.
  replicator(const share_holder_config& config, send_function send,
             repaired_function repaired);

  /// Whether another record can be spread now.
  [[nodiscard]] bool has_room() const noexcept;

  /// Has the next peers keep copies of a record that this peer is writing, and
  /// answers the asker when all of them have it on disk. A candidate that
  /// refuses or is silent is replaced by the next.
  /// @param candidates in the order of `p2psip::replica_candidates`
  /// @param are_all whether there can be no others; where there are too few of
  ///        them otherwise, `update_candidates` may bring more for a while
  /// @returns what `on_written` has to be told for this record
  uint64_t spread(const chord::peer_ref& asker,
                  const p2psip::store_request& msg,
                  const chord::peer_list& candidates, bool are_all);

  /// Takes over who may keep copies now.
  void update_candidates(const chord::peer_list& candidates, bool are_all);

  /// Tells that this peer has written a record that is being spread, or why it
  /// could not.
  void on_written(uint64_t store, const std::optional<error>& failure);

  /// Notes that a peer misses a record; `send_repairs` sees to it.
  void add_repair(const chord::peer_ref& to, const chord::ring_id& position,
                  p2psip::shared_bytes record);

  /// Notes that a peer wants a record; `send_repairs` sees to it. That peer
  /// asks again for what does not come.
  void add_wanted(const chord::peer_ref& to, const chord::ring_id& position,
                  p2psip::shared_bytes record);

  /// Sends what was noted, a bounded number at a time. What fails is tried
  /// again later.
  void send_repairs();

  /// Gives up the repairs of peers that `is_wanted` does not accept.
  void
  keep_repairs(const std::function<bool(const chord::peer_ref&)>& is_wanted);

  /// Whether no repair is left.
  [[nodiscard]] bool is_repaired() const noexcept {
    return repairs_.empty() && waiting_.empty() && repairs_in_flight_ == 0;
  }

  void on_copy_answer(const chord::peer_ref& from,
                      const p2psip::copy_answer& msg);

  /// Gives up copies that are overdue, and sends repairs again that are due.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept;

private:
  /// A record that waits for its copies.
  struct pending_store {
    chord::peer_ref asker;
    uint64_t asker_request = 0;
    p2psip::shared_bytes record;
    // Peers that may still be asked to keep a copy, the next one last.
    chord::peer_list candidates;
    chord::peer_list tried;
    // How long to wait for others, and whether there can be any.
    timestamp patience;
    bool may_have_more = false;
    size_t wanted = 0;
    size_t copies = 0;
    size_t asked = 0;
    bool written = false;
    // Why this peer could not write it.
    std::optional<error> failure;
    // Why a candidate does not take it.
    std::optional<error> refusal;
  };

  struct repair {
    chord::peer_ref to;
    chord::ring_id position;
    p2psip::shared_bytes record;
    // The other asked for it, and asks again if need be.
    bool is_wanted = false;
    // How long the next failure holds it up.
    duration delay = defaults::repair_retry;
  };

  /// A copy that was asked for: for a store, or as a repair.
  struct pending_copy {
    chord::peer_ref holder;
    std::variant<uint64_t, repair> purpose;
    timestamp deadline;
  };

  static void take_candidates(pending_store& store,
                              const chord::peer_list& candidates, bool are_all);
  [[nodiscard]] static bool waits_for_candidates(const pending_store& store);
  void ask_for_copies(uint64_t store);
  bool ask(const chord::peer_ref& holder, const p2psip::shared_bytes& record,
           std::variant<uint64_t, repair> purpose);
  void retry_later(const repair& failed);
  void finish_repair(const repair& asked, const std::optional<error>& refusal);
  void finish_copy(uint64_t request, const std::optional<error>& refusal);
  void settle_store(uint64_t store);

  const share_holder_config* config_;
  send_function send_;
  repaired_function repaired_;
  uint64_t last_request_ = 0;
  std::unordered_map<uint64_t, pending_store> stores_;
  std::unordered_map<uint64_t, pending_copy> copies_;
  std::list<repair> repairs_;
  // Those that have failed, by when they are tried again.
  std::multimap<timestamp, repair> waiting_;
  size_t repairs_in_flight_ = 0;
};

} // namespace carillon
