#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <memory>
#include <vector>

namespace carillon {

/// Whom a node's operator asks about.
struct node_inspector_config {
  node_context_ptr node;
  /// The peers of the node, whether they live or not; at least one.
  chord::peer_list peers;
  ring_reader_actor reader;
};

/// Gathers what the actors of a node know.
struct node_inspector_state {
  static constexpr const char* name = "node_inspector";

  explicit node_inspector_state(node_inspector_actor::pointer owner)
    : self(owner) {}

  caf::typed_response_promise<peers_report> inspect_peers();
  caf::typed_response_promise<lookup_outcome> lookup(const chord::ring_id& key);
  caf::typed_response_promise<user_report>
  inspect_user(const identity::address_of_record& who);

  node_inspector_actor::pointer self;
  node_inspector_config config;

private:
  void take(size_t which, std::optional<peer_view> view);

  /// Peers that have not answered yet.
  size_t missing_ = 0;
  std::shared_ptr<std::vector<inspected_peer>> gathered_;
  /// Whoever asked while the answers are gathered gets the same ones.
  std::vector<caf::typed_response_promise<peers_report>> askers_;
};

/// Answers questions about a node for people and programs that watch over it.
/// How long to wait for an answer is up to the asker.
node_inspector_actor::behavior_type node_inspector(
  node_inspector_actor::stateful_pointer<node_inspector_state> self,
  node_inspector_config config);

} // namespace carillon
