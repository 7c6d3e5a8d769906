#pragma once

#include "bench/demo/step_recorder.hpp"
#include "bench/durations.hpp"

#include <iosfwd>
#include <string_view>
#include <vector>

namespace carillon {

/// Prints what a demonstration shows, for terminals of 80 columns.
class demo_output {
public:
  /// @param out must outlive the object.
  explicit demo_output(std::ostream& out)
    : out_(out) {}

  /// Begins a section.
  void section(std::string_view title);

  /// Prints a line of a section; long ones are wrapped between words.
  void line(std::string_view text);

  /// Prints a name and what it has.
  void entry(std::string_view name, std::string_view value);

  /// Prints steps with the time of each since the first.
  void path(const std::vector<recorded_step>& steps);

  /// Prints the heading of measurements.
  void measured_heading();

  /// Prints a measurement.
  void measured(std::string_view what, const durations& values);

private:
  std::ostream& out_;
};

} // namespace carillon
