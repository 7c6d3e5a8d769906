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
#include <optional>
#include <string_view>
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
  /// The salt of the positions of a founder's peers in the ring.
  std::filesystem::path salt;
  /// The admission ticket of a node that others let in.
  std::filesystem::path ticket;
  /// What places the nodes that the bootstrap server admits.
  std::filesystem::path admission_secret;
  /// How often the node was started.
  std::filesystem::path incarnation;
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

/// Gives the certificates that a node shows to others, its own first, in DER:
/// in ad-hoc mode one that says nothing but its key, in enrolled mode those of
/// the configuration.
/// @returns as `load_node_keys`.
[[nodiscard]] expected<std::vector<bytes>>
load_node_chain(const config& settings, const identity::key_pair& keys,
                timestamp now, Botan::RandomNumberGenerator& rng);

/// Gives the certificates of the authorities of an enrolled ring, in DER.
/// @returns as `load_node_keys`.
[[nodiscard]] expected<std::vector<bytes>>
load_authorities(const config& settings);

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

/// What a node keeps of a ring that others founded.
struct joined_ring {
  std::shared_ptr<const identity::ring_descriptor> descriptor;
  /// The admission ticket as it was signed; empty when there is none.
  bytes ticket;
};

/// Gives the ring of the data directory that others founded; nothing before
/// the first admission.
/// @returns `invalid_configuration` as `load_ring`; what reading the files
///          gives.
[[nodiscard]] expected<std::optional<joined_ring>>
load_joined_ring(const config& settings);

/// Checks that a ring is the one that the configuration wants.
/// @param source where the descriptor comes from, for the reason.
/// @returns `invalid_configuration` when it is of another domain or identity
///          mode, or trusts another authority.
[[nodiscard]] expected<void> check_ring(const identity::ring_settings& ring,
                                        const config& settings,
                                        std::string_view source);

/// Keeps the ring that others founded, and the node's ticket.
/// @returns `storage_failed`.
[[nodiscard]] expected<void>
save_joined_ring(const std::filesystem::path& data_dir,
                 const identity::ring_descriptor& ring, byte_view ticket);

/// Tells whether the configuration and the data directory make the node the
/// founder of its ring, or a bootstrap server of it, rather than a member that
/// others let in.
[[nodiscard]] bool founds_ring(const config& settings);

/// Gives the number of this run of the node, and keeps it: each run has a
/// higher one.
/// @returns `malformed` when the file does not hold a number; what reading and
///          writing it gives.
[[nodiscard]] expected<uint64_t>
next_incarnation(const std::filesystem::path& data_dir);

/// Gives the secret of the bootstrap server that places the nodes it admits, or
/// makes one.
/// @returns what reading and writing the file gives.
[[nodiscard]] expected<bytes>
load_admission_secret(const std::filesystem::path& data_dir,
                      Botan::RandomNumberGenerator& rng);

/// Gives the salt of the data directory, or makes one. The node's peers keep
/// their positions as long as it stays.
/// @returns what reading and writing the file gives.
[[nodiscard]] expected<identity::ticket::salt_type>
load_salt(const std::filesystem::path& data_dir,
          Botan::RandomNumberGenerator& rng);

} // namespace carillon
