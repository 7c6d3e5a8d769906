#pragma once

#include "actors/call_observer.hpp"
#include "protocols/time.hpp"
#include "runtime/defaults.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carillon {

/// A step of a registration or a call.
struct recorded_step {
  std::string trace;
  std::string user;
  std::string_view step;
  std::string detail;
  timestamp when;
};

/// How a registration or a call came out.
enum class call_outcome : uint8_t {
  registered,
  register_refused,
  redirected,
  forwarded,
  refused,
};

/// What belongs to one registration or call, as far as this node takes part.
struct call_story {
  /// What it is, for people; empty when it began at another node.
  std::string what;
  /// In the order in which they came, the first `journal_steps` of them.
  std::vector<recorded_step> steps;
  std::optional<call_outcome> outcome;
  /// How it ended, for people; empty while it goes on.
  std::string ending;
};

/// The key of a user is another one than an adapter of this node had pinned.
struct key_alarm {
  std::string trace;
  /// Whose adapter it was.
  std::string raised_by;
  std::string why;
  timestamp when;
};

/// Remembers what adapters did: the latest registrations and calls with their
/// steps, and the latest alarms. Thread-safe.
class call_journal final : public call_observer {
public:
  /// @param stories the most registrations and calls; the oldest make room.
  explicit call_journal(size_t stories = defaults::journal_stories)
    : stories_(stories) {}

  void on_step(std::string_view trace, std::string_view user,
               std::string_view step, std::string_view detail,
               timestamp when) override;

  /// Takes the next step.
  /// @returns a line about what ended with it, for people: whose it is, how it
  ///          ended and how long it took.
  std::optional<std::string> add(const recorded_step& step);

  /// Gives what is known under a trace id.
  [[nodiscard]] std::optional<call_story> find(const std::string& trace) const;

  /// Gives the alarms about a user's key, the oldest first.
  [[nodiscard]] std::vector<key_alarm> alarms(const std::string& user) const;

  /// Gives how many registrations and calls ended like that.
  [[nodiscard]] uint64_t count(call_outcome outcome) const;

  /// Gives how many alarms there were.
  [[nodiscard]] uint64_t alarm_count() const;

private:
  static constexpr size_t outcome_count = 5;

  struct named_alarm {
    std::string user;
    key_alarm alarm;
  };

  call_story& story_of(const std::string& trace);
  void note_alarm(const recorded_step& step);

  const size_t stories_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, call_story> known_;
  /// The traces, the oldest first.
  std::deque<std::string> order_;
  std::deque<named_alarm> alarms_;
  uint64_t alarm_count_ = 0;
  std::array<uint64_t, outcome_count> counts_{};
};

} // namespace carillon
