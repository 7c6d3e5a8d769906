#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/defaults.hpp"
#include "protocols/chord/forwarding.hpp"
#include "protocols/error.hpp"
#include "protocols/time.hpp"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carillon::chord {

/// How a lookup is to be done.
struct lookup_options {
  /// The first way to try.
  routing_strategy strategy = routing_strategy::semi_recursive;
  /// How long one attempt may take, of an iterative one that goes round peers
  /// that are silent each time anew.
  duration attempt_timeout = defaults::lookup_attempt_timeout;
  /// How long one hop of an iterative attempt may take.
  duration hop_timeout = defaults::lookup_hop_timeout;
  /// Ways to try before the lookup fails.
  size_t attempts = defaults::lookup_attempts;
};

/// Who answers for a key.
struct lookup_result {
  ring_id key;
  peer_ref owner;
  /// The owner's successor list: where copies of its records are.
  successor_list successors;
  /// Messages from the origin to the owner on the way that succeeded.
  uint16_t hops = 0;
  /// Attempts that were needed, at least 1.
  size_t attempts = 1;
};

/// A lookup that has ended.
struct finished_lookup {
  uint64_t id = 0;
  expected<lookup_result> result;
  /// The nearest peers before the key that were heard of, when a peer has
  /// looked for its own place among hostile ones; empty otherwise.
  peer_list before{};
};

/// The lookups that one peer has under way, in any of the routing strategies.
///
/// An attempt that gets no answer is followed by one of another kind through
/// another first hop; iterative attempts also go round peers that are silent.
/// When all attempts are used up the lookup fails with `timeout`, and the
/// detail names what was tried.
///
/// Sans-I/O. Not thread-safe.
class lookup_table {
public:
  /// @param secret makes the numbers of requests unpredictable, since answers
  ///        are not signed; 16 random bytes or more that outlive this object.
  ///        Without it the lookups are counted.
  explicit lookup_table(byte_view secret = {},
                        size_t capacity = defaults::pending_lookups)
    : secret_(secret)
    , capacity_(capacity) {}

  /// Gives a number for a lookup, of 56 bits, that nobody else can guess.
  [[nodiscard]] uint64_t next_id(const ring_id& self);

  /// Starts a lookup.
  /// @returns its id, or `overloaded` when too many are under way, or
  ///          `unreachable` when the peer is not part of a ring
  expected<uint64_t> start(const ring_id& key, const lookup_options& options,
                           timestamp now, const routing_view& view,
                           outbox& out);

  /// Looks for the successor of this peer's own id from outside the ring, by
  /// asking `contacts` and whom they name. Goes round a former incarnation of
  /// this peer that others may still know.
  /// @returns the lookup's id, or `unreachable` when `contacts` is empty
  expected<uint64_t> start_join(peer_list contacts,
                                const lookup_options& options, timestamp now,
                                const routing_view& view, outbox& out);

  /// Handles answers to lookups; ignores other messages.
  void handle(const peer_ref& from, const message& msg, timestamp now,
              const routing_view& view, outbox& out);

  /// Ends attempts whose time is over.
  void tick(timestamp now, const routing_view& view, outbox& out);

  /// Goes on at once with lookups that wait for a peer that has failed.
  void peer_failed(const ring_id& id, timestamp now, const routing_view& view,
                   outbox& out);

  /// Gives the lookups that have ended since the last call.
  [[nodiscard]] std::vector<finished_lookup> take_finished();

  /// Gives the peers that let a question of an iterative lookup go unanswered
  /// since the last call.
  [[nodiscard]] std::vector<ring_id> take_silent();

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const noexcept;

  /// Gives the number of lookups under way.
  [[nodiscard]] size_t size() const noexcept {
    return pending_.size();
  }

private:
  struct pending {
    uint64_t id = 0;
    // Number of the current question; the low bits of its request.
    uint8_t step = 0;
    peer_ref self;
    ring_id key;
    lookup_options options;
    routing_strategy strategy{};
    size_t attempt = 0;
    timestamp attempt_deadline{};
    // Whom the current question went to.
    peer_ref asked;
    bool asked_final = false;
    timestamp hop_deadline{};
    uint16_t hops = 0;
    // Where to begin when the peer is not part of the ring; else empty.
    peer_list contacts;
    // Peers that this lookup found silent.
    std::vector<ring_id> exclude;
    // The first hop of each attempt.
    std::vector<std::pair<routing_strategy, ring_id>> tried;
  };

  void begin_attempt(pending& entry, timestamp now, const routing_view& view,
                     outbox& out);
  void next_attempt(pending& entry, timestamp now, const routing_view& view,
                    outbox& out);
  uint64_t add(const ring_id& key, const lookup_options& options,
               const routing_view& view);
  void step_from_contact(pending& entry, timestamp now,
                         const routing_view& view, outbox& out);
  void step_from_self(pending& entry, timestamp now, const routing_view& view,
                      outbox& out);
  void ask(pending& entry, const peer_ref& hop, bool final, timestamp now,
           outbox& out);
  void on_silence(pending& entry, timestamp now, const routing_view& view,
                  outbox& out);
  void on_next_hop(pending& entry, const peer_ref& from, const next_hop& msg,
                   timestamp now, const routing_view& view, outbox& out);
  void succeed(pending& entry, const peer_ref& owner,
               const successor_list& successors, uint16_t hops);
  void give_up(pending& entry, errc why);
  static std::string describe(const pending& entry);
  pending* find(uint64_t request) noexcept;
  void forget_finished();

  byte_view secret_;
  size_t capacity_;
  uint64_t started_ = 0;
  std::unordered_map<uint64_t, pending> pending_;
  std::vector<finished_lookup> finished_;
  std::vector<ring_id> silent_;
};

} // namespace carillon::chord
