#include "bench/demo/call_journal.hpp"

#include "bench/defaults.hpp"
#include "bench/durations.hpp"

#include <iomanip>
#include <sstream>
#include <string_view>

namespace carillon {

namespace {

/// Tells what begins with a step; nothing when it begins nothing.
std::string begins_with(const recorded_step& step) {
  if (step.step == call_steps::register_received)
    return "registration of " + step.user + " " + step.detail;
  if (step.step == call_steps::invite_received)
    return "call by " + step.user + " " + step.detail;
  return {};
}

/// Tells how something ended with a step; nothing when it goes on.
std::string ends_with(const recorded_step& step) {
  if (step.step == call_steps::registered)
    return step.detail;
  if (step.step == call_steps::bootstrap_answered
      && step.detail.starts_with("refused"))
    return step.detail;
  if (step.step == call_steps::redirected)
    return "redirected to " + step.detail;
  if (step.step == call_steps::forwarded)
    return "forwarded, " + step.detail;
  if (step.step == call_steps::call_refused)
    return "refused with " + step.detail;
  return {};
}

} // namespace

std::optional<std::string> call_journal::add(const recorded_step& step) {
  if (auto what = begins_with(step); !what.empty()) {
    if (under_way_.size() < defaults::demo_stories)
      under_way_.insert_or_assign(step.trace,
                                  beginning{std::move(what), step.when});
    return std::nullopt;
  }
  const auto known = under_way_.find(step.trace);
  const auto how = ends_with(step);
  if (how.empty() || known == under_way_.end())
    return std::nullopt;
  std::ostringstream line;
  line << known->second.what << ": " << how << ", in " << std::fixed
       << std::setprecision(2) << milliseconds(step.when - known->second.when)
       << " ms";
  under_way_.erase(known);
  return line.str();
}

} // namespace carillon
