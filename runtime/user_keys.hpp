#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"

#include <filesystem>
#include <string_view>

/// The private keys of the users of a node: files of mode 0600 in the
/// folder `users` of the data directory.
namespace carillon {

/// Where the parts of a user's identity lie.
struct user_key_paths {
  /// The keys in use.
  std::filesystem::path keys;

  /// The keys before a rotation. They sign for the new ones at the next
  /// registration, and their file goes when the ring has taken the new ones.
  std::filesystem::path old_keys;

  /// The certificate, in enrolled mode.
  std::filesystem::path certificate;
};

/// Gives the paths for a user.
/// @returns `invalid_name` for a name that is not permitted, so that no name
///          leads out of the directory.
[[nodiscard]] expected<user_key_paths>
user_paths(const std::filesystem::path& data_dir, std::string_view user);

/// Reads the keys in a file.
/// @returns `no_such_record` when there is no such file, `bad_passphrase` for
///          keys that are encrypted, what `read_private_file` and
///          `key_pair::from_pem` give; the detail names the file.
[[nodiscard]] expected<identity::key_pair>
read_keys(const std::filesystem::path& file, Botan::RandomNumberGenerator& rng);

/// Writes keys to a file of mode 0600.
/// @returns as `write_private_file`.
[[nodiscard]] expected<void> write_keys(const std::filesystem::path& file,
                                        const identity::key_pair& keys);

} // namespace carillon
