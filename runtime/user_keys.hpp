#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

/// The private keys of the users of a node: files of mode 0600 in the
/// folder `users` of the data directory.
namespace carillon {

/// Where the parts of a user's identity lie.
struct user_key_paths {
  /// The keys in use.
  std::filesystem::path keys;

  /// The keys before a rotation. They sign for the new ones when the node
  /// starts next, and their file goes when the ring has taken those.
  std::filesystem::path old_keys;

  /// The certificate, in enrolled mode.
  std::filesystem::path certificate;
};

/// The keys that one file of a user holds.
struct stored_keys {
  identity::key_pair keys;

  /// How many keys the user has had, these included. It stands before the keys
  /// as text, which readers of PEM skip (RFC 7468 section 2); a user's first
  /// keys go without.
  uint64_t epoch = 1;
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

/// Reads the keys in a file of a user and how many they are.
/// @returns as `read_keys`, and `malformed` for an epoch that is no number.
[[nodiscard]] expected<stored_keys>
read_user_keys(const std::filesystem::path& file,
               Botan::RandomNumberGenerator& rng);

/// Writes keys to a file of mode 0600.
/// @returns as `write_private_file`.
[[nodiscard]] expected<void> write_keys(const std::filesystem::path& file,
                                        const identity::key_pair& keys,
                                        uint64_t epoch = 1);

/// Gives the epoch that a text of keys begins with; 1 without any.
/// @returns `malformed` when it is no number above 0.
[[nodiscard]] expected<uint64_t> read_epoch(std::string_view pem);

/// Gives what a text of keys of this epoch begins with.
[[nodiscard]] std::string epoch_header(uint64_t epoch);

} // namespace carillon
