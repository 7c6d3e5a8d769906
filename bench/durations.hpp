#pragma once

#include "protocols/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace carillon {

/// Durations of one kind of operation, for a report.
class durations {
public:
  /// Notes one.
  void add(duration value);

  [[nodiscard]] size_t count() const noexcept {
    return values_.size();
  }

  /// Gives the smallest value that is not exceeded by this share of all values
  /// (nearest rank); zero when there are none.
  /// @param share above 0, at most 1.
  [[nodiscard]] duration percentile(double share) const;

  /// Gives the object of a report: milliseconds.
  [[nodiscard]] nlohmann::json to_json() const;

private:
  [[nodiscard]] double mean() const;
  [[nodiscard]] double deviation() const;

  std::vector<duration> values_;
};

/// Gives a duration in milliseconds.
[[nodiscard]] constexpr double milliseconds(duration value) noexcept {
  return std::chrono::duration<double, std::milli>{value}.count();
}

} // namespace carillon
