#pragma once

#include <string>
#include <vector>

namespace carillon {

/// Gives the IP addresses of this machine's interfaces that are up, loopback
/// included, in canonical form; none when the system does not tell.
[[nodiscard]] std::vector<std::string> host_addresses();

} // namespace carillon
