#include "runtime/call_journal.hpp"

#include <chrono>
#include <iomanip>
#include <sstream>
#include <utility>

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

struct story_end {
  call_outcome outcome{};
  std::string how;
};

/// Tells how something ended with a step; nothing when it goes on.
std::optional<story_end> ends_with(const recorded_step& step) {
  using enum call_outcome;
  if (step.step == call_steps::registered)
    return story_end{registered, step.detail};
  if (step.step == call_steps::register_refused)
    return story_end{register_refused, "refused: " + step.detail};
  if (step.step == call_steps::redirected)
    return story_end{redirected, "redirected to " + step.detail};
  if (step.step == call_steps::forwarded)
    return story_end{forwarded, "forwarded, " + step.detail};
  if (step.step == call_steps::call_refused)
    return story_end{refused, "refused with " + step.detail};
  return std::nullopt;
}

std::string summary(const call_story& story, timestamp end) {
  const std::chrono::duration<double, std::milli> took =
    end - story.steps.front().when;
  std::ostringstream line;
  line << story.what << ": " << story.ending << ", in " << std::fixed
       << std::setprecision(2) << took.count() << " ms";
  return line.str();
}

} // namespace

void call_journal::on_step(std::string_view trace, std::string_view user,
                           std::string_view step, std::string_view detail,
                           timestamp when) {
  add({std::string{trace}, std::string{user}, step,
       std::string{detail.substr(0, defaults::journal_detail)}, when});
}

std::optional<std::string> call_journal::add(const recorded_step& step) {
  const std::lock_guard guard{mutex_};
  if (step.step == call_steps::key_alarm)
    note_alarm(step);
  // What another node gave as an id and is none.
  if (step.trace.empty())
    return std::nullopt;
  auto& story = story_of(step.trace);
  if (story.steps.empty())
    story.what = begins_with(step);
  if (story.steps.size() < defaults::journal_steps)
    story.steps.push_back(step);
  // What is said within a call that was set up changes nothing about it.
  auto end =
    story.outcome || story.what.empty() ? std::nullopt : ends_with(step);
  if (!end)
    return std::nullopt;
  story.outcome = end->outcome;
  story.ending = std::move(end->how);
  ++counts_[static_cast<size_t>(end->outcome)];
  return summary(story, step.when);
}

std::optional<call_story> call_journal::find(const std::string& trace) const {
  const std::lock_guard guard{mutex_};
  const auto position = known_.find(trace);
  if (position == known_.end())
    return std::nullopt;
  return position->second;
}

std::vector<key_alarm> call_journal::alarms(const std::string& user) const {
  const std::lock_guard guard{mutex_};
  std::vector<key_alarm> result;
  for (const auto& item : alarms_)
    if (item.user == user)
      result.push_back(item.alarm);
  return result;
}

uint64_t call_journal::count(call_outcome outcome) const {
  const std::lock_guard guard{mutex_};
  return counts_[static_cast<size_t>(outcome)];
}

uint64_t call_journal::alarm_count() const {
  const std::lock_guard guard{mutex_};
  return alarm_count_;
}

/// Gives what is known under a trace id, or begins it, in place of the oldest
/// when there is no room.
call_story& call_journal::story_of(const std::string& trace) {
  const auto position = known_.find(trace);
  if (position != known_.end())
    return position->second;
  if (order_.size() >= stories_) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(trace);
  return known_[trace];
}

void call_journal::note_alarm(const recorded_step& step) {
  const auto space = step.detail.find(' ');
  if (space == std::string::npos)
    return;
  ++alarm_count_;
  if (alarms_.size() >= defaults::journal_alarms)
    alarms_.pop_front();
  alarms_.push_back(
    {step.detail.substr(0, space),
     {step.trace, step.user, step.detail.substr(space + 1), step.when}});
}

} // namespace carillon
