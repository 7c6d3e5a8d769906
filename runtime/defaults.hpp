#pragma once

#include <cstddef>

/// Limits of the process that no protocol sets.
namespace carillon::defaults {

/// Characters of a text in the log before it is cut off.
inline constexpr size_t max_log_text = 2048;

/// Bytes of the largest configuration file.
inline constexpr size_t max_config_size = 1024 * 1024;

/// The most entries of a list in the configuration.
inline constexpr size_t max_config_list = 64;

/// The most users that a configuration may name.
inline constexpr size_t max_config_users = 10000;

} // namespace carillon::defaults
