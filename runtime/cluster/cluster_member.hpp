#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/node_context.hpp"
#include "actors/peer.hpp"
#include "protocols/cluster/council.hpp"
#include "protocols/cluster/node_secrets.hpp"
#include "protocols/link/frames.hpp"
#include "runtime/cluster/cluster_connections.hpp"
#include "runtime/cluster/cluster_directory.hpp"
#include "runtime/cluster/cluster_interfaces.hpp"
#include "runtime/cluster/cluster_report.hpp"
#include "runtime/cluster/other_links.hpp"
#include "runtime/cluster/remote_peers.hpp"

#include <botan/auto_rng.h>
#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace carillon {

/// The links of a member to other nodes.
struct member_links {
  /// Tells whether the first peer may found the ring. A cluster that was let
  /// into the ring of others waits for that, and one that has a link to another
  /// node joins that one's.
  std::function<bool()> may_found = [] {
    return true;
  };
  /// How the first peer joins otherwise.
  join_ring join;
  /// Sends a message over a link that is there, and tells whether one is.
  std::function<bool(const chord::peer_ref&, const overlay_message&)> send =
    [](const chord::peer_ref&, const overlay_message&) {
      return false;
    };
  /// Has a node that there is a link to open one to somebody else.
  std::function<void(const link::call_back_request&)> call_back =
    [](const link::call_back_request&) {
    };
};

/// What a member of a cluster works with.
struct cluster_member_config {
  node_context_ptr node;
  supervisor_actor supervisor;
  std::shared_ptr<cluster_directory> directory;
  std::shared_ptr<const addressee_directory> addressees;
  /// Is kept up to date.
  std::shared_ptr<cluster_status> status;
  member_links links;
  caf::io::middleman_actor io;
  /// All peers of the cluster, by their indexes.
  chord::peer_list peers;
  /// The node that the peers belong to.
  node_identity_ptr identity;
  /// Makes what starts a peer.
  std::function<peer_config(const chord::peer_ref&)> make_peer;
  cluster::council_config council;
  /// What was saved last, or what the member begins with.
  cluster::council_state state;
  /// Takes what the member has agreed to.
  std::filesystem::path data_dir;
  /// Tells apart what no cluster may have both: nodes, and numbers of peers.
  std::string node_identity;
  /// Other members, as "host:port".
  std::vector<std::string> seeds;
  /// What new members get, and the key it is sealed with.
  cluster::node_secrets secrets;
  bytes secret;
};

/// A member's part in the council, its connections and the peers it runs.
struct cluster_member_state {
  static constexpr const char* name = "cluster_member";

  explicit cluster_member_state(cluster_member_actor::pointer owner)
    : self(owner) {}

  void start(cluster_member_config given);
  void on_tick();
  void on_message(const std::string& data, const std::string& signature);
  uint64_t on_greeting(uint64_t id, const std::string& node,
                       const caf::strong_actor_ptr& who);
  void on_remote_peer(uint64_t member, uint32_t index, uint64_t incarnation,
                      const caf::strong_actor_ptr& who);
  void on_remote_end(uint64_t member, uint32_t index, uint64_t incarnation);
  void on_local_peer(const chord::peer_ref& peer, const peer_actor& handle);
  std::string seal(const std::string& question);
  void pass_on(const chord::peer_ref& from, const p2psip::delivery& what);
  void hand_over(const chord::peer_ref& from, const p2psip::delivery& what);
  bool send_over_link(const chord::peer_ref& to, const overlay_message& msg);
  void send_otherwise(const chord::peer_ref& to, const overlay_message& msg);
  void ask_for_call_back(const std::string& request);
  void call_back(const std::string& request);
  void relay(const peer_actor& to, const overlay_message& msg);
  void mark(uint64_t member);
  void on_down(const caf::down_msg& msg);
  caf::typed_response_promise<left_atom> leave();

  cluster_member_actor::pointer self;

private:
  enum class phase : uint8_t {
    /// It is found out whether there is a ring.
    searching,
    running,
    /// It hands over its records and leaves the ring.
    leaving,
    /// It is ended at once.
    stopping,
  };

  /// A peer that runs here.
  struct local_peer {
    [[nodiscard]] bool is_ending() const noexcept {
      return now == phase::leaving || now == phase::stopping;
    }

    phase now = phase::searching;
    uint64_t incarnation = 0;
    peer_actor handle;
  };

  /// What a report is made of.
  struct standing {
    cluster::view_version version;
    cluster::member_id leader = 0;
    bool has_majority = false;
    std::vector<cluster::member_id> connected;

    bool operator==(const standing&) const = default;
  };

  [[nodiscard]] timestamp now() const;
  void connect();
  void take_effects();
  void send(const cluster_member_actor& to, const cluster::message& what);
  void settle();
  void start_peer(uint32_t index, uint64_t incarnation);
  void spawn_peer(uint32_t index, peer_start how);
  void look_for_ring(uint32_t index);
  void watch_ring();
  [[nodiscard]] std::vector<peer_actor> all_peers() const;
  void stop_peer(uint32_t index, bool in_order);
  void finish_leaving(bool is_ending);
  void report();
  [[nodiscard]] cluster_report describe() const;
  void announce(const cluster_member_actor& to, uint32_t index);
  void request_tick();

  cluster_member_config config_;
  Botan::AutoSeeded_RNG rng_;
  std::minstd_rand random_;
  std::optional<cluster::council> council_;
  std::optional<cluster_connections> connections_;
  std::optional<other_links> other_links_;
  std::map<uint32_t, local_peer> locals_;
  std::optional<remote_peers> remotes_;
  uint64_t last_view_ = 0;
  standing reported_;
  /// How often in a row no peer was in a ring.
  uint32_t ringless_ = 0;
  timestamp next_ring_question_{};
  alarm alarm_;
  caf::typed_response_promise<left_atom> leaving_;
  timestamp leaving_until_ = timestamp::max();
};

/// A member of an operator's cluster: takes part in the council, and runs the
/// peers that this gives it, as long as it may. Detached: it saves what it
/// agrees to before it says so.
cluster_member_actor::behavior_type cluster_member(
  cluster_member_actor::stateful_pointer<cluster_member_state> self,
  cluster_member_config config);

} // namespace carillon
