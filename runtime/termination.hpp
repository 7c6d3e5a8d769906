#pragma once

#include "protocols/time.hpp"

namespace carillon {

/// The signals by which a person or the system asks the process to end,
/// SIGINT and SIGTERM, as something to wait for. Make it before any thread is
/// started: threads inherit that these signals do not interrupt them.
class termination {
public:
  termination();
  termination(const termination&) = delete;
  termination& operator=(const termination&) = delete;

  /// Tells whether a signal has come that nobody waited for.
  [[nodiscard]] bool requested() const noexcept;

  /// Waits for a signal.
  void wait() const noexcept;

  /// From now on the next signal, or the end of this time, ends the process at
  /// once with exit status 1: ending in order must not hang.
  void hurry(duration longest) const;
};

} // namespace carillon
