#include "runtime/line_limit.hpp"

#include <utility>

namespace carillon {

std::optional<uint64_t> line_limit::take(timestamp now) {
  const auto second = std::chrono::time_point_cast<std::chrono::seconds>(now);
  const std::lock_guard guard{mutex_};
  if (second != second_) {
    second_ = second;
    written_ = 0;
  }
  if (written_ >= lines_) {
    ++left_out_;
    return std::nullopt;
  }
  ++written_;
  return std::exchange(left_out_, 0);
}

} // namespace carillon
