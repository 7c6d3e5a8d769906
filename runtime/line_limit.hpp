#pragma once

#include "protocols/time.hpp"
#include "runtime/defaults.hpp"

#include <cstdint>
#include <mutex>
#include <optional>

namespace carillon {

/// Counts lines of the log, so that what strangers cause does not fill the
/// disk. Thread-safe.
class line_limit {
public:
  /// @param lines the most lines a second.
  explicit line_limit(uint32_t lines = defaults::warning_lines)
    : lines_(lines) {}

  /// Asks for one more line.
  /// @returns how many were left out before it; nothing when it has to be left
  ///          out as well.
  std::optional<uint64_t> take(timestamp now);

private:
  const uint32_t lines_;

  std::mutex mutex_;
  timestamp second_{};
  uint32_t written_ = 0;
  uint64_t left_out_ = 0;
};

} // namespace carillon
