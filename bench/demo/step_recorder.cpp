#include "bench/demo/step_recorder.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

void step_recorder::on_step(std::string_view trace, std::string_view user,
                            std::string_view step, std::string_view detail,
                            timestamp when) {
  {
    const std::lock_guard guard{mutex_};
    steps_.push_back(
      {std::string{trace}, std::string{user}, step, std::string{detail}, when});
  }
  added_.notify_all();
}

std::vector<recorded_step> step_recorder::take() {
  const std::lock_guard guard{mutex_};
  return std::exchange(steps_, {});
}

bool step_recorder::wait_for(
  const std::function<bool(const recorded_step&)>& wanted, duration longest) {
  std::unique_lock lock{mutex_};
  return added_.wait_for(lock, longest,
                         [&] { return std::ranges::any_of(steps_, wanted); });
}

} // namespace carillon
