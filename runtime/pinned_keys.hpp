#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"

#include <filesystem>
#include <string>

namespace carillon {

/// Pins the key of another user for a user of this node, in place of the one
/// that was pinned: for two people who have compared fingerprints. The node
/// must not run; its next start believes this key and no other.
/// @param user, other names without the domain.
/// @returns `invalid_configuration` for a name that is not permitted;
///          `storage_failed` when no node has run with this data directory, and
///          what opening the store and writing give, also for a store that a
///          running node has open.
[[nodiscard]] expected<void> pin_key(const std::filesystem::path& data_dir,
                                     const std::string& user,
                                     const std::string& other,
                                     const identity::fingerprint& key);

} // namespace carillon
