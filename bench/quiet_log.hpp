#pragma once

#include "runtime/log.hpp"

#include <memory>

namespace carillon {

/// Makes a log of errors only: what else a ring has to say would stand between
/// the results.
[[nodiscard]] inline std::shared_ptr<log> make_quiet_log() {
  log_config quiet;
  quiet.level = log_level::error;
  return std::make_shared<log>(quiet);
}

} // namespace carillon
