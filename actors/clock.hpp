#pragma once

#include "protocols/time.hpp"

namespace carillon {

/// Tells the time. Actors never ask the machine: in tests time is virtual.
/// Thread-safe; within one process time does not run backwards.
class clock {
public:
  clock() = default;
  clock(const clock&) = delete;
  clock& operator=(const clock&) = delete;
  virtual ~clock() = default;

  [[nodiscard]] virtual timestamp now() const noexcept = 0;
};

} // namespace carillon
