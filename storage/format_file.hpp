#pragma once

#include "protocols/error.hpp"

#include <cstdint>
#include <filesystem>

namespace carillon::storage {

/// Reads the format version that a store was written with.
/// @param directory the directory of the store.
/// @returns `no_such_record` when there is no version file, `storage_failed`
///          when it cannot be read or is not what `write_format` writes.
[[nodiscard]] expected<uint32_t>
read_format(const std::filesystem::path& directory);

/// Notes the format version of a store, durably.
/// @returns `storage_failed` with the system's reason.
[[nodiscard]] expected<void>
write_format(const std::filesystem::path& directory, uint32_t version);

} // namespace carillon::storage
