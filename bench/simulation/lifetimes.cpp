#include "bench/simulation/lifetimes.hpp"

#include <cmath>

namespace carillon {

namespace {

constexpr double weibull_shape = 0.5;

duration to_duration(double microseconds) {
  return std::chrono::duration_cast<duration>(
    std::chrono::duration<double, std::micro>{microseconds});
}

} // namespace

std::string_view to_string(lifetime_law law) noexcept {
  return law == lifetime_law::weibull ? "weibull" : "exponential";
}

lifetimes::lifetimes(lifetime_law law, duration mean)
  : shape_(law == lifetime_law::weibull ? weibull_shape : 1.0)
  , scale_(std::chrono::duration<double, std::micro>{mean}.count()
           / std::tgamma(1 + 1 / shape_)) {}

duration lifetimes::draw(std::mt19937_64& random) const {
  std::weibull_distribution<double> law{shape_, scale_};
  return to_duration(law(random));
}

duration lifetimes::draw_rest(std::mt19937_64& random) const {
  // A lifetime is met in proportion to its length, which makes (x/scale)^shape
  // a gamma variate, and it is met at any moment of it.
  std::gamma_distribution<double> met{1 + 1 / shape_};
  std::uniform_real_distribution<double> part;
  const auto whole = scale_ * std::pow(met(random), 1 / shape_);
  return to_duration(whole * part(random));
}

} // namespace carillon
