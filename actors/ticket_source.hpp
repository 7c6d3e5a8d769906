#pragma once

#include "actors/node_ticket.hpp"
#include "protocols/error.hpp"

#include <functional>

namespace carillon {

/// Gets a new ticket for a node: signs it, or asks a bootstrap server for it.
/// Calls the function once, now or later, on any thread.
using ticket_source =
  std::function<void(std::function<void(expected<granted_ticket>)>)>;

} // namespace carillon
