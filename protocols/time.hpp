#pragma once

#include <chrono>

namespace carillon {

/// A span of time.
using duration = std::chrono::microseconds;

/// A point in time since the Unix epoch. Protocols are told the time and never
/// ask for it; within one process it does not run backwards.
using timestamp = std::chrono::sys_time<duration>;

} // namespace carillon
