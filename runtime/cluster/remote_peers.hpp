#pragma once

#include "actors/interfaces.hpp"
#include "protocols/chord/peer_ref.hpp"
#include "protocols/cluster/view.hpp"
#include "runtime/cluster/cluster_directory.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace carillon {

/// The peers of a cluster that run on other members, as these have said and the
/// views confirm. Keeps the directory of this member up to date.
class remote_peers {
public:
  /// @param peers all of the cluster, by their indexes.
  remote_peers(chord::peer_list peers,
               std::shared_ptr<cluster_directory> directory)
    : peers_(std::move(peers))
    , directory_(std::move(directory)) {}

  /// Takes in that a member runs a peer, unless a later incarnation is known.
  void enter(cluster::member_id member, uint32_t index, uint64_t incarnation,
             peer_actor handle);

  /// Takes in that a member does not run this incarnation of a peer any more.
  void remove(cluster::member_id member, uint32_t index, uint64_t incarnation);

  /// Forgets the peers of a member that is gone.
  void drop_member(cluster::member_id member);

  /// Forgets the peers that run elsewhere in this view.
  void obey(const cluster::view& view);

  [[nodiscard]] std::vector<peer_actor> handles() const;

  /// Gives what counts the messages on their way to a member.
  cluster_directory::window_ptr window_to(cluster::member_id member);

private:
  struct remote_peer {
    cluster::member_id member = 0;
    uint64_t incarnation = 0;
    peer_actor handle;
  };

  template <class Predicate>
  void forget_if(Predicate is_gone) {
    std::erase_if(known_, [&](const auto& entry) {
      const auto& [index, known] = entry;
      if (!is_gone(index, known))
        return false;
      directory_->remove_remote(peers_[index].id);
      return true;
    });
  }

  chord::peer_list peers_;
  std::shared_ptr<cluster_directory> directory_;
  std::map<uint32_t, remote_peer> known_;
  std::map<cluster::member_id, cluster_directory::window_ptr> windows_;
};

} // namespace carillon
