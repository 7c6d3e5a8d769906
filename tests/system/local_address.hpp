#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace carillon::test {

/// Tells whether this machine has the loopback address of IPv6.
bool has_ipv6_loopback();

/// Gives an IPv4 address of this machine that others can connect to, or nothing
/// on a machine that has loopback only.
std::optional<std::string> outer_address();

/// Gives a port that no program holds at the moment, neither for UDP nor for
/// TCP. The system gives another one each time.
/// @param host an IP address of this machine.
uint16_t free_port(const std::string& host);

} // namespace carillon::test
