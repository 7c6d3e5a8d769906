#pragma once

#include "protocols/error.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace carillon {

/// Reads a passphrase from the first line of a file, or without a file from
/// the terminal, which does not show it. A signal that ends the process
/// meanwhile leaves the terminal as it was.
/// @param file not readable by others.
/// @param prompt shown on the terminal.
/// @returns `invalid_configuration` when there is neither a file nor a
///          terminal, `bad_passphrase` for an empty one, `storage_failed` also
///          when there is no such file, and what `read_private_file` gives.
[[nodiscard]] expected<std::string>
read_passphrase(const std::optional<std::filesystem::path>& file,
                const std::string& prompt);

/// Reads a passphrase that does not exist yet: the terminal is asked twice.
/// @returns as `read_passphrase`, and `bad_passphrase` when the two differ.
[[nodiscard]] expected<std::string>
read_new_passphrase(const std::optional<std::filesystem::path>& file,
                    const std::string& prompt);

} // namespace carillon
