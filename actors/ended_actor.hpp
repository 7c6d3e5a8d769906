#pragma once

#include "protocols/error.hpp"

#include <caf/error.hpp>

namespace carillon {

/// Gives the error of a request that bounced: whom it was sent to has ended.
[[nodiscard]] inline error ended_actor(const caf::error&) {
  return {errc::unreachable, "an actor of this process has ended"};
}

} // namespace carillon
