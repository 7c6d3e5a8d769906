#pragma once

#include "actors/messages.hpp"
#include "actors/peer_directory.hpp"
#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/bounded_cache.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "runtime/cluster/cluster_connections.hpp"
#include "runtime/cluster/cluster_interfaces.hpp"
#include "runtime/defaults.hpp"

#include <cstddef>
#include <deque>
#include <memory>

namespace carillon {

/// The links of the other members of a cluster, for messages to other nodes
/// that this member has no way for: one of a node that only opens links goes
/// to the member that it has opened one to. Belongs to one actor.
class other_links {
public:
  /// @param connections outlives this object.
  other_links(cluster_member_actor::pointer self,
              const cluster_connections& connections,
              std::shared_ptr<peer_directory> peers)
    : self_(self)
    , connections_(&connections)
    , peers_(std::move(peers)) {}

  /// Asks the other members one after the other to send a message. Its sender
  /// learns it when none can.
  void send(const chord::peer_ref& to, const overlay_message& msg);

private:
  /// A message, and who has yet to be asked.
  struct search {
    chord::peer_ref to;
    overlay_message msg;
    std::deque<cluster_member_actor> members;
  };

  void ask_next(const std::shared_ptr<search>& about);
  void tell_failed(const chord::peer_ref& to, const overlay_message& msg);

  cluster_member_actor::pointer self_;
  const cluster_connections* connections_;
  std::shared_ptr<peer_directory> peers_;
  /// Who has sent a message to a node before.
  identity::bounded_cache<identity::fingerprint, cluster_member_actor> known_{
    defaults::max_known_nodes};
  size_t searches_ = 0;
};

} // namespace carillon
