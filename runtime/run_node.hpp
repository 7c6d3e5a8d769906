#pragma once

#include "protocols/error.hpp"
#include "runtime/config.hpp"

namespace carillon {

/// Runs a node until SIGINT or SIGTERM comes, then has it leave the ring. A
/// second signal, a second later or more, ends the process at once.
/// @returns what `node::start` gives.
[[nodiscard]] expected<void> run_node(const config& settings);

} // namespace carillon
