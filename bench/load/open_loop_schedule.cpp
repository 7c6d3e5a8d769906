#include "bench/load/open_loop_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace carillon {

open_loop_schedule open_loop_schedule::lasting(double per_second,
                                               time length) noexcept {
  const auto count = std::chrono::duration<double>{length}.count() * per_second;
  return {per_second, static_cast<size_t>(std::max(1.0, std::round(count)))};
}

open_loop_schedule::time
open_loop_schedule::start(size_t index) const noexcept {
  return std::chrono::duration_cast<time>(
    std::chrono::duration<double>{static_cast<double>(index) / per_second_});
}

} // namespace carillon
