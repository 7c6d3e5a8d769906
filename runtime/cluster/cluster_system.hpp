#pragma once

#include "protocols/error.hpp"
#include "runtime/cluster/cluster_interfaces.hpp"
#include "runtime/config.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <cstdint>

/// CAF's network between the members of a cluster: TLS with certificates on
/// both sides, and nothing that starts actors or changes settings from afar.
namespace carillon {

/// Checks that the files of the configuration that TLS needs are there: without
/// certificates CAF would take in anybody.
/// @returns `invalid_configuration` with the key of the configuration.
[[nodiscard]] expected<void> check_cluster_files(const cluster_config& given);

/// Lets a system carry what peers and their services say to each other.
void add_cluster_types(caf::actor_system_config& system);

/// Prepares a system for the network of a cluster: its modules, certificates
/// and message types.
void configure_cluster(caf::actor_system_config& system,
                       const cluster_config& given);

/// Removes what CAF offers to any node that connects.
void close_cluster_system(caf::actor_system& system);

/// Lets other members connect to a member.
/// @returns the port; `cannot_listen`.
[[nodiscard]] expected<uint16_t> publish_member(const cluster_member_actor& who,
                                                const endpoint& where);

} // namespace carillon
