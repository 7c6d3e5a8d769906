#pragma once

#include "bench/demo/step_recorder.hpp"

#include <map>
#include <optional>
#include <string>

namespace carillon {

/// Sums the steps of registrations and calls up, for people: one line each,
/// which says whose it is, how it ended and how long it took.
class call_journal {
public:
  /// Takes the next step.
  /// @returns the line about what ended with it, if anything did.
  [[nodiscard]] std::optional<std::string> add(const recorded_step& step);

private:
  struct beginning {
    std::string what;
    timestamp when;
  };

  // By trace.
  std::map<std::string, beginning> under_way_;
};

} // namespace carillon
