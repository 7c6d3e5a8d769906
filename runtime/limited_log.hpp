#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "runtime/line_limit.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace carillon {

/// A log of what strangers cause: it writes no more than so many lines a
/// second, and says with the next one how many were left out. Thread-safe.
class limited_log {
public:
  /// @param lines the most lines a second.
  limited_log(logger target, std::shared_ptr<const clock> time, uint32_t lines);

  /// Writes one line, or counts it as left out.
  void write(log_level level, const std::string& message);

private:
  logger target_;
  std::shared_ptr<const clock> time_;
  line_limit limit_;
};

} // namespace carillon
