#pragma once

#include "runtime/call_journal.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// Remembers what adapters did.
class step_recorder final : public call_observer {
public:
  void on_step(std::string_view trace, std::string_view user,
               std::string_view step, std::string_view detail,
               timestamp when) override;

  /// Gives the steps since the last call and forgets them.
  [[nodiscard]] std::vector<recorded_step> take();

  /// Waits for a step that has not been taken yet.
  /// @returns whether it came in time.
  [[nodiscard]] bool
  wait_for(const std::function<bool(const recorded_step&)>& wanted,
           duration longest);

private:
  std::mutex mutex_;
  std::condition_variable added_;
  std::vector<recorded_step> steps_;
};

} // namespace carillon
