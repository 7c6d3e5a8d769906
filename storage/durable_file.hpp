#pragma once

#include "protocols/bytes.hpp"

#include <sys/types.h>

#include <filesystem>

namespace carillon::storage {

/// Replaces a file so that after a crash there is either the old one or the
/// new one, whole.
/// @param mode the permission bits of the new file, whatever the umask.
/// @returns `storage_failed` with the path and the system's reason; the old
///          file is unchanged then.
[[nodiscard]] expected<void>
write_file_durably(const std::filesystem::path& path, byte_view content,
                   mode_t mode);

/// Reads a whole file.
/// @param max_size the most bytes that it may have.
/// @returns `no_such_record` when there is no such file, `too_large` when it
///          is longer, `storage_failed` with the path and the system's reason
///          when it cannot be read.
[[nodiscard]] expected<bytes> read_file(const std::filesystem::path& path,
                                        size_t max_size);

} // namespace carillon::storage
