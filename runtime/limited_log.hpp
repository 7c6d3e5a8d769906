#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
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
  /// Tells whether a line may be written now; then `left_out` is how many were
  /// left out before it.
  bool admit(uint64_t& left_out);

  logger target_;
  std::shared_ptr<const clock> time_;
  const uint32_t lines_;

  std::mutex mutex_;
  timestamp second_{};
  uint32_t written_ = 0;
  uint64_t left_out_ = 0;
};

} // namespace carillon
