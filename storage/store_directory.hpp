#pragma once

#include "protocols/error.hpp"

#include <filesystem>

namespace carillon::storage {

/// Makes the directory of a store, with mode 0700, unless it is there.
/// @returns `storage_failed` with the path and the system's reason.
[[nodiscard]] expected<void> make_directory(const std::filesystem::path& path);

/// Tells whether a directory holds a store that was opened before. Only where
/// there is none may RocksDB make one: it would otherwise begin anew in a
/// directory that lost one of its files.
/// @returns `unsupported_version` for a store of a newer format,
///          `storage_failed` for one whose version file is damaged or missing
///          and for a directory that cannot be read.
[[nodiscard]] expected<bool> store_exists(const std::filesystem::path& path);

} // namespace carillon::storage
