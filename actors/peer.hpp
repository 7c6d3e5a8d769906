#pragma once

#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/chord/guarded_lookups.hpp"
#include "protocols/chord/ring_merge.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <optional>
#include <random>
#include <unordered_map>
#include <variant>

namespace carillon {

/// Starts a ring of one.
struct found_ring {};

/// Joins through peers that the directory knows.
struct join_ring {
  /// How often that may fail before the peer is a ring of one, which others can
  /// join: when all nodes restart at once, all their peers wait for each other.
  /// Nothing when it waits for as long as it takes.
  std::optional<uint32_t> patience;
};

/// Waits outside until it is told its place in the ring.
struct await_place {};

/// How a peer comes into the ring.
using peer_start = std::variant<found_ring, join_ring, await_place>;

/// Makes the share holder of a peer. The attack laboratory passes hostile ones.
using share_holder_factory = std::function<share_holder_actor(
  caf::scheduled_actor* parent, const peer_config& config,
  const peer_actor& peer)>;

/// Everything that makes a peer; the same value makes it again after a crash.
struct peer_config {
  node_context_ptr node;
  node_identity_ptr identity;
  chord::peer_ref self;
  /// Seeds the peer's choices, which need not be secret.
  uint64_t seed = 0;
  peer_start start = join_ring{};
  chord::ring_config ring;
  chord::lookup_options lookups;
  duration finger_refresh_interval = defaults::finger_refresh_interval;
  duration max_finger_refresh_interval = defaults::max_finger_refresh_interval;
  share_holder_factory make_holder;
  /// Who brings the peer back; set by the supervisor.
  supervisor_actor supervisor;
  /// Finds who takes a delivery for a user or service of this node; may give
  /// an invalid handle.
  std::function<delivery_actor(const std::string& addressee)> find_addressee;
};

/// What a virtual peer keeps: its place in the ring, the routes it was given
/// and the lookups it has under way.
struct peer_state {
  static constexpr const char* name = "peer";

  explicit peer_state(peer_actor::pointer owner)
    : self(owner) {}

  peer_state(const peer_state&) = delete;
  peer_state& operator=(const peer_state&) = delete;

  /// Fails the lookups under way with `unreachable`.
  ~peer_state();

  void start(peer_config_ptr given);
  void on_message(overlay_message& msg);
  void on_tick();
  void on_place(const ring_place& place);
  void on_failed(const chord::ring_id& id);
  void on_fingers(chord::finger_table_ptr table);
  caf::typed_response_promise<lookup_outcome>
  lookup(const chord::ring_id& key, const chord::lookup_options& options);
  void deliver(const chord::peer_ref& to, const p2psip::delivery& what);
  caf::typed_response_promise<left_atom> leave();
  const trust_evaluator_actor& evaluator();
  peer_view view() const;

  peer_actor::pointer self;
  share_holder_actor holder;

private:
  chord::routing_view routes() const;
  void on_chord(const chord::peer_ref& from, const chord::message& msg);
  expected<uint64_t> start_lookup(const chord::ring_id& key,
                                  const chord::lookup_options& options,
                                  chord::outbox& out);
  void forward(overlay_message& msg, chord::lookup& request);
  void forward_past(const chord::lookup& request,
                    std::vector<chord::ring_id> dead);
  void join();
  expected<uint64_t> start_join_lookup(chord::peer_list contacts, timestamp now,
                                       chord::outbox& out);
  void finish_join(const chord::finished_lookup& found);
  [[nodiscard]] bool has_lost_patience();
  bool send(chord::outgoing& msg);
  void flush(chord::outbox& out);
  timestamp some_time_ago();
  void settle();
  void finish_lookups();
  void count(const chord::finished_lookup& found) const;
  void publish_neighbours();
  void request_tick();

  peer_config_ptr config_;
  std::minstd_rand random_;
  std::optional<chord::ring_member> member_;
  chord::finger_table_ptr fingers_;
  chord::lookup_table lookups_;
  chord::guarded_lookups guarded_;
  chord::ring_merge merge_;
  finger_manager_actor manager_;
  trust_evaluator_actor evaluator_;
  std::unordered_map<uint64_t, caf::typed_response_promise<lookup_outcome>>
    askers_;
  std::optional<uint64_t> join_lookup_;
  timestamp join_retry_ = timestamp::max();
  uint32_t failed_joins_ = 0;
  uint64_t published_revision_ = 0;
  alarm alarm_;
};

/// A virtual peer of the ring: keeps its place, routes lookups of others from
/// the snapshot its finger manager published, and does its own.
peer_actor::behavior_type peer(peer_actor::stateful_pointer<peer_state> self,
                               peer_config_ptr config);

} // namespace carillon
