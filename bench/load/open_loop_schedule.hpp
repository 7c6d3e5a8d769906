#pragma once

#include <chrono>
#include <cstddef>

namespace carillon {

/// When the operations of an open-loop load are meant to start: evenly, at a
/// rate that no answer changes. Who waits for slow answers before asking again
/// measures few of the slow ones ("coordinated omission"); so latency counts
/// from the times that are given here. It knows no clock.
class open_loop_schedule {
public:
  /// Time since the load began.
  using time = std::chrono::nanoseconds;

  /// @param per_second operations a second, above 0.
  open_loop_schedule(double per_second, size_t operations) noexcept
    : per_second_(per_second)
    , operations_(operations) {}

  /// Gives the schedule of all operations that start within a time; at least
  /// one.
  [[nodiscard]] static open_loop_schedule lasting(double per_second,
                                                  time length) noexcept;

  [[nodiscard]] double per_second() const noexcept {
    return per_second_;
  }

  [[nodiscard]] size_t operations() const noexcept {
    return operations_;
  }

  /// Gives when an operation is meant to start; errors do not add up.
  /// @param index the first operation is 0.
  [[nodiscard]] time start(size_t index) const noexcept;

  /// Gives the time that the load takes: until an operation after the last one
  /// would start.
  [[nodiscard]] time length() const noexcept {
    return start(operations_);
  }

private:
  double per_second_;
  size_t operations_;
};

} // namespace carillon
