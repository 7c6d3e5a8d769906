#pragma once

#include <chrono>
#include <cstddef>

namespace carillon {

/// Gives the memory of this process that is resident, in bytes; 0 where the
/// system does not tell.
[[nodiscard]] size_t resident_bytes();

/// Gives the CPU time that all threads of this process have used.
[[nodiscard]] std::chrono::microseconds cpu_time() noexcept;

} // namespace carillon
