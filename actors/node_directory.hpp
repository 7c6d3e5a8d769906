#pragma once

#include "actors/defaults.hpp"
#include "actors/link_transport.hpp"
#include "actors/peer_directory.hpp"
#include "protocols/identity/bounded_cache.hpp"
#include "protocols/identity/fingerprint.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <mutex>

namespace carillon {

/// Knows the peers of its own node by another directory, and gives handles of
/// those of others that reach them over links.
class node_directory final : public peer_directory {
public:
  /// @param system outlives this object.
  /// @param own the fingerprint of the node.
  /// @param peers those of the node.
  node_directory(caf::actor_system& system, identity::fingerprint own,
                 std::shared_ptr<peer_directory> peers,
                 std::shared_ptr<link_transport> links);

  /// The handle reaches a peer of another node where the reference says that
  /// it is: nodes move.
  [[nodiscard]] peer_actor resolve(const chord::peer_ref& peer) override;

  [[nodiscard]] peer_actor asker(const chord::peer_ref& place) override;

  void enter(const chord::peer_ref& peer, peer_actor handle) override;

  void remove(const chord::peer_ref& peer, const peer_actor& handle) override;

  /// Names peers of other nodes first: those of this one may be as lonely as
  /// the one that asks.
  [[nodiscard]] chord::peer_list contacts(size_t count,
                                          const chord::ring_id& except,
                                          std::minstd_rand& random) override;

private:
  /// A peer of another node as it was named last, and who stands for it.
  struct foreign {
    chord::peer_ref peer;
    peer_actor handle;
  };

  caf::actor_system& system_;
  identity::fingerprint own_;
  std::shared_ptr<peer_directory> peers_;
  std::shared_ptr<link_transport> links_;
  std::mutex mutex_;
  /// A handle that is dropped ends when nobody sends to it any more.
  identity::bounded_cache<chord::ring_id, foreign> foreign_{
    defaults::foreign_peers};
};

} // namespace carillon
