#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/gap_estimate.hpp"
#include "protocols/chord/informants.hpp"
#include "protocols/chord/lookup_table.hpp"
#include "protocols/chord/shunned_peers.hpp"

#include <map>
#include <optional>
#include <unordered_map>

namespace carillon::chord {

/// The lookups of one peer that are to find the owner of a key among hostile
/// peers.
///
/// A lookup asks peers for their whole tables and so comes nearer to the key,
/// several at a time and round those that are silent. Nobody is told the key:
/// who wants to lead it astray has to lie in the whole table, and tables whose
/// peers are too far apart are not believed (NISAN). It ends when the peers
/// right before the key have all said what they know (Halo looks for the same)
/// and are as near to it as they should be: of all that were named the first at
/// or after the key that answers is the owner. Nobody can invent a nearer one,
/// because tickets decide where peers are, and who is nearest is the owner
/// indeed; an owner stays unfound only when none of its predecessors that were
/// asked names it.
///
/// Sources: Panchenko, Richter, Rache, "NISAN" (CCS 2009); Kapadia,
/// Triandopoulos, "Halo" (NDSS 2008); Castro et al. (OSDI 2002).
///
/// Sans-I/O. Not thread-safe.
class guarded_lookups {
public:
  /// Starts a lookup.
  /// @param id as the caller likes, but for its lowest byte, which must be 0.
  void start(uint64_t id, const ring_id& key, timestamp now,
             const routing_view& view, outbox& out);

  /// Looks for the successor of this peer's own id from outside the ring, by
  /// asking `contacts` and whom they name. Goes round a former incarnation of
  /// this peer that others may still know.
  /// @param id as above.
  void start_join(uint64_t id, const peer_list& contacts, timestamp now,
                  const routing_view& view, outbox& out);

  /// Handles an answer; ignores what was not asked.
  void handle(const peer_ref& from, const routes& msg, timestamp now,
              const routing_view& view, outbox& out);

  /// Goes on past peers that do not answer, and ends what takes too long.
  void tick(timestamp now, const routing_view& view, outbox& out);

  /// Goes on at once with lookups that wait for a peer that has failed.
  void peer_failed(const ring_id& id, timestamp now, const routing_view& view,
                   outbox& out);

  /// Gives the lookups that have ended since the last call.
  [[nodiscard]] std::vector<finished_lookup> take_finished();

  /// Gives the peers that let a question go unanswered since the last call.
  [[nodiscard]] std::vector<ring_id> take_silent();

  /// Gives the peers that told what cannot be since the last call.
  [[nodiscard]] std::vector<ring_id> take_disbelieved();

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const noexcept;

  /// Gives the number of lookups under way.
  [[nodiscard]] size_t size() const noexcept {
    return pending_.size();
  }

private:
  enum class state : uint8_t {
    fresh,
    asked,
    good,
    /// Silent, or not believed.
    bad,
  };

  struct candidate {
    peer_ref peer;
    guarded_lookups::state state = state::fresh;
    // Nobody if this peer knows it by itself.
    informants::set named_by{};
  };

  /// A table whose peers are too far apart.
  struct doubt {
    double gap;
    peer_ref from;
    routes table;
  };

  /// The nearest first.
  using candidates = std::map<ring_id, candidate>;

  struct pending {
    ring_id key;
    // Peers from here to the key come before it.
    ring_id begin;
    timestamp deadline;
    uint8_t questions = 0;
    // How far apart peers are, as a part of the circle; 0 if that is unknown.
    double gap = 0;
    std::vector<doubt> doubted;
    // Of the tables of this lookup.
    std::vector<density> heard;
    informants named;
    // Through whom a peer joins.
    std::vector<ring_id> contacts;
    // By their distance to the key.
    candidates before;
    // By the key's distance to them.
    candidates after;
    // Who has been asked and not answered, and until when it may.
    std::map<ring_id, timestamp> open;
  };

  using pending_map = std::unordered_map<uint64_t, pending>;

  static double near_of(const pending& entry);
  pending& add(uint64_t id, const ring_id& key, timestamp now);
  void learn_from(pending& entry, const peer_ref& from, const ring_id& self,
                  const routes& table, bool is_believed);
  void place(pending& entry, const candidate& whom);
  void go_on(uint64_t id, pending& entry, timestamp now,
             const routing_view& view, outbox& out);
  void reconsider(pending& entry, const routing_view& view);
  bool believe_likeliest(pending& entry, const routing_view& view);
  std::optional<size_t> ask_witnesses(uint64_t id, pending& entry,
                                      const ring_id& own_distance,
                                      bool with_shunned, timestamp now,
                                      outbox& out);
  [[nodiscard]] bool is_dubious(const pending& entry, const candidate& whom,
                                timestamp now) const;
  bool ask(uint64_t id, pending& entry, candidate& whom, timestamp now,
           outbox& out);
  void conclude(uint64_t id, const pending& entry, const routing_view& view);
  void give_up_on(pending& entry, const ring_id& peer);
  static void judge(pending& entry, candidate& whom, bool is_good);
  candidate* find(pending& entry, const ring_id& peer);
  static peer_list nearest_before(const pending& entry);
  void finish(uint64_t id, const pending& entry, const routing_view& view);
  void fail_lookup(uint64_t id, const pending& entry);
  void forget_finished();

  pending_map pending_;
  std::vector<finished_lookup> finished_;
  std::vector<ring_id> silent_;
  std::vector<ring_id> disbelieved_;
  shunned_peers shunned_;
  gap_estimate gaps_;
};

} // namespace carillon::chord
