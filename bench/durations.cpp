#include "bench/durations.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace carillon {

void durations::add(duration value) {
  values_.insert(std::ranges::upper_bound(values_, value), value);
}

duration durations::percentile(double share) const {
  if (values_.empty())
    return {};
  const auto rank = std::ceil(share * static_cast<double>(values_.size()));
  return values_[static_cast<size_t>(std::max(rank, 1.0)) - 1];
}

nlohmann::json durations::to_json() const {
  return {{"unit", "ms"},
          {"count", values_.size()},
          {"mean", mean()},
          {"stddev", deviation()},
          {"p50", milliseconds(percentile(0.5))},
          {"p90", milliseconds(percentile(0.9))},
          {"p99", milliseconds(percentile(0.99))},
          {"max", milliseconds(percentile(1))}};
}

double durations::mean() const {
  double sum = 0;
  for (const auto value : values_)
    sum += milliseconds(value);
  return values_.empty() ? 0 : sum / static_cast<double>(values_.size());
}

double durations::deviation() const {
  if (values_.size() < 2)
    return 0;
  const auto middle = mean();
  double sum = 0;
  for (const auto value : values_)
    sum += std::pow(milliseconds(value) - middle, 2);
  return std::sqrt(sum / static_cast<double>(values_.size() - 1));
}

} // namespace carillon
