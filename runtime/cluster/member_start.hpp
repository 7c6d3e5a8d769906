#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/node_context.hpp"
#include "actors/peer.hpp"
#include "runtime/cluster/cluster_directory.hpp"
#include "runtime/cluster/cluster_interfaces.hpp"
#include "runtime/cluster/cluster_member.hpp"
#include "runtime/config.hpp"
#include "runtime/peer_host.hpp"

#include <botan/rng.h>

#include <functional>
#include <memory>

namespace carillon {

/// What a node brings into its cluster.
struct member_start {
  const config* settings = nullptr;
  std::shared_ptr<cluster_directory> directory;
  std::shared_ptr<const addressee_directory> addressees;
  std::shared_ptr<cluster_status> status;
  member_links links;
  node_identity_ptr identity;
  /// All peers of the cluster, by their indexes.
  chord::peer_list peers;
  /// Makes what starts a peer.
  std::function<peer_config(const chord::peer_ref&)> make_peer;
};

/// Starts the node's member of the cluster, which others can connect to then.
/// @returns `cannot_listen`; `invalid_configuration`; what the files of the
///          data directory give.
[[nodiscard]] expected<cluster_member_actor>
start_member(peer_host& host, const member_start& with,
             Botan::RandomNumberGenerator& rng);

} // namespace carillon
