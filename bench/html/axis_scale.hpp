#pragma once

#include <string>
#include <vector>

namespace carillon {

/// A place on an axis.
struct axis_tick {
  double value = 0;

  /// Empty for one that only has a line of the grid.
  std::string label = {};
};

/// Lays the numbers of a range out along an axis, from a round number to
/// another. Any range can be asked for: one of a single value is widened, one
/// that is reversed is turned round, one that is not finite is replaced by that
/// from 0 to 1, or from 1 to 10 on a logarithmic scale.
class axis_scale {
public:
  /// Makes a scale whose ticks are 1, 2 or 5 times a power of ten apart.
  /// @param with_zero whether the axis is to show zero in any case.
  [[nodiscard]] static axis_scale linear(double low, double high,
                                         bool with_zero);

  /// Makes a scale with ticks at powers of ten, and at 2 and 5 times those when
  /// there are few.
  /// A range that is not above zero counts as not finite.
  [[nodiscard]] static axis_scale logarithmic(double low, double high);

  /// The value at the beginning of the axis.
  [[nodiscard]] double low() const noexcept {
    return low_;
  }

  /// The value at the end of the axis.
  [[nodiscard]] double high() const noexcept {
    return high_;
  }

  /// Gives the share of the axis that lies before a value: 0 at the beginning
  /// and for what is before that, 1 at the end and for what is beyond that.
  [[nodiscard]] double share_before(double value) const;

  /// Gives the ticks, at least two, in the order of their values.
  [[nodiscard]] const std::vector<axis_tick>& ticks() const noexcept {
    return ticks_;
  }

private:
  axis_scale(double low, double high, bool is_logarithmic)
    : low_(low)
    , high_(high)
    , is_logarithmic_(is_logarithmic) {}

  double low_;
  double high_;
  bool is_logarithmic_;
  std::vector<axis_tick> ticks_;
};

} // namespace carillon
