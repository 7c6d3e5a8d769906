#pragma once

#include <cstddef>

namespace carillon {

/// Raises the process's limit of open files as far as the system permits (the
/// soft to the hard limit).
/// @returns the limit that holds afterwards; never fails, since a limit that
///          cannot be raised still holds.
[[nodiscard]] size_t raise_open_file_limit() noexcept;

/// The stream connections a process may serve that may open so many files:
/// what is left after `defaults::reserved_files`, at least a quarter of all, at
/// most `defaults::max_connections`.
[[nodiscard]] size_t connection_limit(size_t open_files) noexcept;

} // namespace carillon
