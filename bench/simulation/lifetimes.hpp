#pragma once

#include "protocols/time.hpp"

#include <cstdint>
#include <random>
#include <string_view>

namespace carillon {

/// How the times are distributed that peers stay.
enum class lifetime_law : uint8_t {
  /// Without memory: who has been there long is as likely to go as a newcomer.
  exponential,
  /// Weibull of shape 0.5: many stay for moments and some for very long, as was
  /// measured in peer-to-peer networks. Source: Stutzbach, Rejaie,
  /// "Understanding churn in peer-to-peer networks" (IMC 2006), section 5.2,
  /// with shapes from 0.34 to 0.59.
  weibull,
};

/// Gives "exponential" or "weibull".
[[nodiscard]] std::string_view to_string(lifetime_law law) noexcept;

/// Draws how long peers stay.
class lifetimes {
public:
  lifetimes(lifetime_law law, duration mean);

  /// Draws the lifetime of a peer that joins.
  [[nodiscard]] duration draw(std::mt19937_64& random) const;

  /// Draws what is left to a peer of a system that has been running for long,
  /// in which long lifetimes are met more often than they begin.
  [[nodiscard]] duration draw_rest(std::mt19937_64& random) const;

private:
  // 1 for the exponential law.
  double shape_;
  // In microseconds.
  double scale_;
};

} // namespace carillon
