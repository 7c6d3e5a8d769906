#pragma once

#include "protocols/cluster/messages.hpp"
#include "protocols/cluster/node_secrets.hpp"
#include "protocols/error.hpp"
#include "runtime/config.hpp"

#include <botan/rng.h>

#include <filesystem>
#include <optional>

/// What a member keeps on its disk.
namespace carillon {

/// Makes the key of a cluster in a file of mode 0600.
/// @returns `storage_failed` also when there is such a file already.
[[nodiscard]] expected<void>
make_cluster_secret(const std::filesystem::path& file,
                    Botan::RandomNumberGenerator& rng);

/// Reads the key of a cluster.
/// @returns `invalid_configuration` with the key of the configuration when the
///          file cannot be read by its owner alone, or holds no key.
[[nodiscard]] expected<bytes> read_cluster_secret(const cluster_config& given);

/// Gives the file that remembers what the member has agreed to.
[[nodiscard]] std::filesystem::path
council_file(const std::filesystem::path& data_dir);

/// Reads what the member has agreed to; nothing before its first run.
/// @returns what reading the file gives.
[[nodiscard]] expected<std::optional<cluster::council_state>>
read_council_state(const std::filesystem::path& data_dir);

/// Remembers what the member has agreed to, on disk before this returns.
/// @returns `storage_failed`.
[[nodiscard]] expected<void>
save_council_state(const std::filesystem::path& data_dir,
                   const cluster::council_state& what);

/// Reads the secrets of the node, for other members; what there is none of
/// stays empty.
/// @returns what reading the files gives.
[[nodiscard]] expected<cluster::node_secrets>
read_node_secrets(const config& settings);

/// Puts the secrets that another member has given into the data directory,
/// unless there are some already.
/// @returns `storage_failed`.
[[nodiscard]] expected<void>
save_node_secrets(const config& settings, const cluster::node_secrets& what);

/// Tells whether the data directory has what it takes to run the node's peers.
[[nodiscard]] bool has_node_secrets(const config& settings);

} // namespace carillon
