#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace carillon {

/// Counts values in classes that grow with them: values below 1024 each for
/// itself, larger ones in classes whose width is at most 1/512 of the value. So
/// a percentile is never below the true one, and at most 0.2 % above it,
/// whatever is counted and however often. The layout is that of HdrHistogram.
class histogram {
public:
  /// Counts a value.
  void add(uint64_t value);

  /// Counts what another one has counted.
  void add(const histogram& other);

  [[nodiscard]] size_t count() const noexcept {
    return count_;
  }

  /// Gives the smallest value that is not exceeded by this share of all values
  /// (nearest rank), up to the error above; zero when there are none.
  /// @param share above 0, at most 1.
  [[nodiscard]] uint64_t percentile(double share) const noexcept;

  /// Gives the largest value, exactly; zero when there are none.
  [[nodiscard]] uint64_t max() const noexcept {
    return max_;
  }

  /// Gives the mean, exactly but for rounding; zero when there are none.
  [[nodiscard]] double mean() const noexcept {
    return mean_;
  }

  /// Gives the standard deviation of the sample, exactly but for rounding; zero
  /// when there are fewer than two values.
  [[nodiscard]] double deviation() const noexcept;

  /// Gives the largest value of each class that is not empty, and how many
  /// values it has.
  [[nodiscard]] std::vector<std::pair<uint64_t, uint64_t>> classes() const;

private:
  std::vector<uint64_t> classes_;
  size_t count_ = 0;
  uint64_t max_ = 0;
  // Of Welford's method, which does not lose digits to large sums.
  double mean_ = 0;
  double squares_ = 0;
};

} // namespace carillon
