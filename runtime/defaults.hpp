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

/// Bytes of the largest file with a passphrase.
inline constexpr size_t max_passphrase_file = 1024;

/// Days that a new certificate of an authority, a node or a user is good.
inline constexpr unsigned ca_days = 3650;
inline constexpr unsigned certificate_days = 365;

/// The most days that a certificate may be asked for.
inline constexpr unsigned max_certificate_days = 36500;

} // namespace carillon::defaults
