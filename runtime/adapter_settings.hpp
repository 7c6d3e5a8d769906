#pragma once

#include "actors/sip_settings.hpp"
#include "runtime/config.hpp"

namespace carillon {

/// Gives what the adapters take from the configuration as it is, and the
/// addresses of this host.
[[nodiscard]] sip_settings to_sip_settings(const sip_config& from);

} // namespace carillon
