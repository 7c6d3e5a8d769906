#pragma once

#include "actors/defaults.hpp"
#include "protocols/time.hpp"

#include <cstddef>
#include <vector>

namespace carillon {

/// Decides whether something that has died is brought back: not when it was
/// brought back too often of late.
class restart_limit {
public:
  /// @param most restarts that are permitted within `period`.
  explicit restart_limit(size_t most = defaults::max_restarts,
                         duration period = defaults::restart_period)
    : most_(most)
    , period_(period) {}

  /// Asks for one more restart, which counts when it is permitted.
  [[nodiscard]] bool take(timestamp now) {
    std::erase_if(restarts_,
                  [&](timestamp when) { return when + period_ <= now; });
    if (restarts_.size() >= most_)
      return false;
    restarts_.push_back(now);
    return true;
  }

private:
  size_t most_;
  duration period_;
  std::vector<timestamp> restarts_;
};

} // namespace carillon
