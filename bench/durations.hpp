#pragma once

#include "bench/histogram.hpp"

#include <nlohmann/json_fwd.hpp>

#include <algorithm>
#include <chrono>

namespace carillon {

/// Durations of one kind of operation, for a report; percentiles with the error
/// of `histogram`.
class durations {
public:
  using value_type = std::chrono::nanoseconds;

  /// Notes one; what is negative counts as zero.
  void add(value_type value) {
    values_.add(static_cast<uint64_t>(std::max<int64_t>(value.count(), 0)));
  }

  /// Notes all of another one.
  void add(const durations& other) {
    values_.add(other.values_);
  }

  [[nodiscard]] size_t count() const noexcept {
    return values_.count();
  }

  /// Gives the smallest value that is not exceeded by this share of all values
  /// (nearest rank); zero when there are none.
  /// @param share above 0, at most 1.
  [[nodiscard]] value_type percentile(double share) const noexcept {
    return value_type{static_cast<int64_t>(values_.percentile(share))};
  }

  /// Gives the object of a report: milliseconds.
  [[nodiscard]] nlohmann::json to_json() const;

private:
  histogram values_;
};

/// Gives how many operations there were each second.
[[nodiscard]] constexpr double rate(size_t operations,
                                    std::chrono::nanoseconds elapsed) noexcept {
  return static_cast<double>(operations)
    / std::chrono::duration<double>{elapsed}.count();
}

/// Gives a duration in seconds.
[[nodiscard]] constexpr double
in_seconds(std::chrono::nanoseconds value) noexcept {
  return std::chrono::duration<double>{value}.count();
}

/// Gives a duration in milliseconds.
[[nodiscard]] constexpr double
milliseconds(std::chrono::nanoseconds value) noexcept {
  return std::chrono::duration<double, std::milli>{value}.count();
}

} // namespace carillon
