#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/suite.hpp"
#include "runtime/user_keys.hpp"

#include <filesystem>
#include <string>
#include <string_view>

/// What can be done with the keys of a user.
namespace carillon {

/// Gives the fingerprint of a user's public keys in groups, for comparing by
/// voice: the one that readers pin and that alarms name.
/// @returns as `read_keys`.
[[nodiscard]] expected<std::string>
user_fingerprint(const user_key_paths& user, Botan::RandomNumberGenerator& rng);

/// Writes a user's keys, encrypted under a passphrase, to a file of mode 0600.
/// @returns `storage_failed` also when there is such a file already, or as
///          `read_keys` and `key_pair::to_encrypted_pem`.
[[nodiscard]] expected<void>
export_user_keys(const user_key_paths& user, const std::filesystem::path& file,
                 std::string_view passphrase,
                 Botan::RandomNumberGenerator& rng);

/// Takes the keys of a user from a file that `export_user_keys` wrote.
/// @returns `name_taken` when the user has other keys here already,
///          `bad_passphrase`, as `read_private_file` and
///          `key_pair::from_pem`, or `storage_failed`.
[[nodiscard]] expected<void>
import_user_keys(const user_key_paths& user, const std::filesystem::path& file,
                 std::string_view passphrase,
                 Botan::RandomNumberGenerator& rng);

/// Makes new keys for a user and keeps the old ones, which sign for the new
/// ones when the node starts next.
/// @returns `storage_failed` also when an earlier rotation still waits for
///          that, or as `read_keys` and `key_pair::generate`. The old keys stay
///          in use after an error.
[[nodiscard]] expected<void>
rotate_user_keys(const user_key_paths& user, identity::suite kind,
                 Botan::RandomNumberGenerator& rng);

/// Describes the certificates, revocation lists or keys in a file; of private
/// keys only the suite and the fingerprint.
/// @returns `malformed` for a file that holds neither, as `read_private_file`
///          and the identity layer.
[[nodiscard]] expected<std::string>
show_file(const std::filesystem::path& file, Botan::RandomNumberGenerator& rng);

} // namespace carillon
