#include "runtime/limited_log.hpp"

#include <utility>

namespace carillon {

limited_log::limited_log(logger target, std::shared_ptr<const clock> time,
                         uint32_t lines)
  : target_(std::move(target))
  , time_(std::move(time))
  , limit_(lines) {}

void limited_log::write(log_level level, const std::string& message) {
  if (!target_.enabled(level))
    return;
  const auto left_out = limit_.take(time_->now());
  if (!left_out)
    return;
  target_.write(level, {}, [&] {
    if (*left_out == 0)
      return message;
    return message + " (" + std::to_string(*left_out)
      + " lines like this were left out)";
  });
}

} // namespace carillon
