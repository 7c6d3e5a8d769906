#pragma once

#include "protocols/bytes.hpp"

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace carillon {

/// Writes a file that its owner alone can read, mode 0600, whole or not at
/// all, even when the machine crashes. Missing directories on the way to it
/// are made with mode 0700.
/// @returns `storage_failed` with the path and the system's reason.
[[nodiscard]] expected<void>
write_private_file(const std::filesystem::path& path, std::string_view content);

/// Reads a file with secrets.
/// @param max_size the most bytes that it may have.
/// @returns `no_such_record` when there is no such file, `storage_failed` when
///          it cannot be read or when others than its owner can read or write
///          it, or `too_large`.
[[nodiscard]] expected<bytes>
read_private_file(const std::filesystem::path& path, size_t max_size);

} // namespace carillon
