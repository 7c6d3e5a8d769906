#include "bench/process_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace carillon {

size_t resident_bytes() {
  // Pages: all of the program, then those that are resident.
  std::ifstream file{"/proc/self/statm"};
  size_t all = 0;
  size_t resident = 0;
  if (!(file >> all >> resident))
    return 0;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

std::chrono::microseconds cpu_time() noexcept {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto value = [](const timeval& part) {
    return std::chrono::seconds{part.tv_sec}
    + std::chrono::microseconds{part.tv_usec};
  };
  return value(used.ru_utime) + value(used.ru_stime);
}

} // namespace carillon
