#pragma once

#include "bench/demo/step_recorder.hpp"
#include "bench/durations.hpp"
#include "bench/text_output.hpp"

#include <string_view>
#include <vector>

namespace carillon {

/// Prints what a demonstration shows.
class demo_output : public text_output {
public:
  using text_output::text_output;

  /// Prints steps with the time of each since the first.
  void path(const std::vector<recorded_step>& steps);

  /// Prints the heading of measurements.
  void measured_heading();

  /// Prints a measurement.
  void measured(std::string_view what, const durations& values);
};

} // namespace carillon
