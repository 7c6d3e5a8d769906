#pragma once

#include "protocols/time.hpp"

#include <functional>
#include <string_view>

namespace carillon {

/// The signals by which a person or the system asks the process to end,
/// SIGINT, SIGTERM and, unless it is ignored, SIGHUP, as something to wait for.
/// Make it before any thread is started: threads inherit that these signals do
/// not interrupt them.
class termination {
public:
  termination();
  termination(const termination&) = delete;
  termination& operator=(const termination&) = delete;

  /// Tells whether a signal has come that nobody waited for.
  [[nodiscard]] bool requested() const noexcept;

  /// Has the process be asked to end, as by SIGTERM. Thread-safe.
  static void request() noexcept;

  /// Waits for a signal.
  void wait() const noexcept;

  /// From now on a second signal, or the end of a time, ends the process at
  /// once with exit status 1: ending in order must not hang.
  /// @param longest that time.
  /// @param grace how long a signal still belongs to the first one: programs
  ///        like timeout(1) signal a process and its group.
  /// @param announce is told why, right before the end.
  void hurry(duration longest, duration grace,
             std::function<void(std::string_view)> announce) const;
};

} // namespace carillon
