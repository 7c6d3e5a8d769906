#include "runtime/edge/open_files.hpp"

#include "runtime/defaults.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace carillon {

size_t raise_open_file_limit() noexcept {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) {
      return raised.rlim_cur;
    }
  }
  return limit.rlim_cur;
}

size_t connection_limit(size_t open_files) noexcept {
  const auto left = open_files > defaults::reserved_files
    ? open_files - defaults::reserved_files
    : 0;
  return std::min(std::max(left, open_files / 4), defaults::max_connections);
}

} // namespace carillon
