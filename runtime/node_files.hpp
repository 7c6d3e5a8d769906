#pragma once

#include "actors/log.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/ticket.hpp"
#include "protocols/time.hpp"
#include "runtime/config.hpp"

#include <filesystem>
#include <memory>
#include <vector>

/// What a node keeps in its data directory besides records and its users' keys.
/// What is missing is made at first use, in files of mode 0600.
namespace carillon {

/// Where a node keeps what.
struct node_paths {
  /// The node's keys in ad-hoc mode.
  std::filesystem::path keys;
  /// The keys of the bootstrap server.
  std::filesystem::path bootstrap_keys;
  /// The ring descriptor, as it was signed.
  std::filesystem::path ring;
  /// The salt of the node's positions in the ring.
  std::filesystem::path salt;
  /// The record store.
  std::filesystem::path records;
};

/// Gives the paths in a data directory.
[[nodiscard]] node_paths paths_in(const std::filesystem::path& data_dir);

/// Gives a node's keys: in ad-hoc mode those of the data directory, which are
/// made when there are none; in enrolled mode those of the configuration, after
/// their certificate was checked.
/// @returns `invalid_configuration` with the key of the configuration, the
///          file and the reason for a certificate or key that cannot be used;
///          in ad-hoc mode what `read_keys` and `write_keys` give.
[[nodiscard]] expected<identity::key_pair>
load_node_keys(const config& settings, timestamp now,
               Botan::RandomNumberGenerator& rng);

/// A ring that this node founded and admits names to.
struct founded_ring {
  std::shared_ptr<const identity::key_pair> bootstrap;
  std::shared_ptr<const identity::ring_descriptor> descriptor;
};

/// Gives the ring of the data directory, or founds one with the settings of the
/// configuration when there is none. Where the two differ the descriptor holds,
/// and the log says so.
/// @returns `invalid_configuration` when the ring is of another domain or
///          identity mode, or trusts another authority, than the configuration
///          says; what reading and writing the files gives.
[[nodiscard]] expected<founded_ring>
load_ring(const config& settings, const logger& log,
          Botan::RandomNumberGenerator& rng);

/// Gives the salt of the data directory, or makes one. The node's peers keep
/// their positions as long as it stays.
/// @returns what reading and writing the file gives.
[[nodiscard]] expected<identity::ticket::salt_type>
load_salt(const std::filesystem::path& data_dir,
          Botan::RandomNumberGenerator& rng);

} // namespace carillon
