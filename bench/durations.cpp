#include "bench/durations.hpp"

#include <nlohmann/json.hpp>

namespace carillon {

namespace {

constexpr double nanoseconds_per_millisecond = 1e6;

} // namespace

nlohmann::json durations::to_json() const {
  return {{"unit", "ms"},
          {"count", values_.count()},
          {"mean", values_.mean() / nanoseconds_per_millisecond},
          {"stddev", values_.deviation() / nanoseconds_per_millisecond},
          {"p50", milliseconds(percentile(0.5))},
          {"p90", milliseconds(percentile(0.9))},
          {"p99", milliseconds(percentile(0.99))},
          {"max", milliseconds(percentile(1))}};
}

} // namespace carillon
