#pragma once

#include "protocols/error.hpp"

#include <boost/system/error_code.hpp>

namespace carillon {

/// Tells why an address cannot be listened on, and what to do about it.
/// @returns `cannot_listen` with the system's reason and an advice.
[[nodiscard]] error listen_failure(const boost::system::error_code& problem);

} // namespace carillon
