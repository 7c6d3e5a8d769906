#include "runtime/limited_log.hpp"

#include <utility>

namespace carillon {

limited_log::limited_log(logger target, std::shared_ptr<const clock> time,
                         uint32_t lines)
  : target_(std::move(target))
  , time_(std::move(time))
  , lines_(lines) {}

void limited_log::write(log_level level, const std::string& message) {
  if (!target_.enabled(level))
    return;
  uint64_t left_out = 0;
  if (!admit(left_out))
    return;
  target_.write(level, {}, [&] {
    if (left_out == 0)
      return message;
    return message + " (" + std::to_string(left_out)
      + " lines like this were left out)";
  });
}

bool limited_log::admit(uint64_t& left_out) {
  const auto now =
    std::chrono::time_point_cast<std::chrono::seconds>(time_->now());
  const std::lock_guard guard{mutex_};
  if (now != second_) {
    second_ = now;
    written_ = 0;
  }
  if (written_ >= lines_) {
    ++left_out_;
    return false;
  }
  ++written_;
  left_out = std::exchange(left_out_, 0);
  return true;
}

} // namespace carillon
