#pragma once

#include "actors/sip_settings.hpp"
#include "protocols/error.hpp"
#include "runtime/config.hpp"

#include <map>
#include <string>

namespace carillon {

/// Prepares the users whom the configuration names: reads their password files
/// and keeps what the digest algorithms make of the passwords.
/// @param realm the domain.
/// @returns `invalid_configuration` with the key and the file for a password
///          that cannot be read.
[[nodiscard]] expected<std::map<std::string, configured_user>>
load_sip_users(const sip_config& settings, const std::string& realm);

} // namespace carillon
