#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "actors/ticket_source.hpp"
#include "runtime/cluster/member_slot.hpp"
#include "runtime/config.hpp"
#include "runtime/link/link_host.hpp"
#include "runtime/membership.hpp"

#include <botan/rng.h>

#include <memory>
#include <vector>

namespace carillon {

/// What the links of a node are made of.
struct node_links {
  const config* settings = nullptr;
  std::shared_ptr<const clock> time;
  std::shared_ptr<log_sink> sink;
  const membership* place = nullptr;
  node_identity_ptr identity;
  /// The node's certificates in DER, its own first.
  std::vector<bytes> chain;
  std::shared_ptr<const revocations> revoked;
  std::shared_ptr<bootstrap_servers> servers;
  /// The node's member, if it is a cluster.
  std::shared_ptr<const member_slot> member;
};

/// Makes the links of a node, as its configuration has them.
/// @returns null for a node that is alone; what `link_host::open` and the files
///          of the data directory give.
[[nodiscard]] expected<std::shared_ptr<link_host>>
open_links(const node_links& with, Botan::RandomNumberGenerator& rng);

/// Gives tickets that the bootstrap servers of the configuration are asked for;
/// each is kept for the next run.
/// @param links asks them.
[[nodiscard]] ticket_source tickets_over_links(std::shared_ptr<link_host> links,
                                               const node_links& with);

} // namespace carillon
