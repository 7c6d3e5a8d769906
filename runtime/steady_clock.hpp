#pragma once

#include "actors/clock.hpp"

#include <chrono>

namespace carillon {

/// The wall time when it was made, and from then on what a steady clock counts:
/// setting the machine's clock neither stops nor turns back the process's time.
class steady_clock final : public clock {
public:
  [[nodiscard]] timestamp now() const noexcept override {
    return wall_
      + std::chrono::duration_cast<duration>(std::chrono::steady_clock::now()
                                             - steady_);
  }

private:
  timestamp wall_ =
    std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  std::chrono::steady_clock::time_point steady_ =
    std::chrono::steady_clock::now();
};

} // namespace carillon
