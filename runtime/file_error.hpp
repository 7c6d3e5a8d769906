#pragma once

#include "protocols/error.hpp"

#include <filesystem>

/// What errors say about files to people.
namespace carillon {

/// Makes the error of whoever cannot go on without a file of the one that says
/// that it is missing: `no_such_record` becomes `storage_failed`, others stay
/// as they are.
[[nodiscard]] error missing_is_failure(error why);

/// Puts the name of a file before what is wrong with its content.
[[nodiscard]] error in_file(const std::filesystem::path& file, error why);

} // namespace carillon
