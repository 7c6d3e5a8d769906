#pragma once

#include "protocols/error.hpp"

#include <filesystem>
#include <string>

namespace carillon {

/// Reads the token of an admin interface from the first line of a file.
/// @returns `storage_failed` when it cannot be read, or others than its owner
///          can; `malformed` for a token that is too short, or holds anything
///          but printable ASCII.
[[nodiscard]] expected<std::string>
read_admin_token(const std::filesystem::path& file);

} // namespace carillon
