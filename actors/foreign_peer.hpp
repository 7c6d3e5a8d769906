#pragma once

#include "actors/interfaces.hpp"
#include "actors/link_transport.hpp"

#include <memory>

namespace carillon {

/// Stands for a peer of another node: takes messages as a peer of this process
/// does, and has them carried there. What only a peer's own node may ask of it
/// is refused.
peer_actor::behavior_type foreign_peer(peer_actor::pointer self,
                                       std::shared_ptr<link_transport> links,
                                       chord::peer_ref stands_for);

} // namespace carillon
