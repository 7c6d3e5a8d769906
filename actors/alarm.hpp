#pragma once

#include "actors/interfaces.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace carillon {

/// When one actor is to be ticked next.
struct alarm_entry {
  caf::actor_addr who;
  std::atomic<timestamp> due = timestamp::max();
  // When the pacemaker looks at it next; endless while it does not.
  std::atomic<timestamp> looked_at = timestamp::max();
};

/// Whom the pacemaker of a process ticks, and when. Setting an alarm costs no
/// message, and one that is put off before it is due costs no tick: most
/// deadlines are those of questions that are answered in time.
///
/// Thread-safe.
class alarm_board {
public:
  /// @param granularity ticks come up to this much late.
  explicit alarm_board(duration granularity)
    : granularity_(granularity) {}

  alarm_board(const alarm_board&) = delete;
  alarm_board& operator=(const alarm_board&) = delete;

  /// Sets when an actor is ticked; endless for not at all. To be called by that
  /// actor only.
  void set(const std::shared_ptr<alarm_entry>& which, timestamp due);

  /// Gives the actors to tick now. Their alarms are off then.
  [[nodiscard]] std::vector<ticked_actor> take_due(timestamp now);

private:
  void enter(const std::shared_ptr<alarm_entry>& which, timestamp due);
  [[nodiscard]] timestamp slot_of(timestamp due) const noexcept;

  duration granularity_;
  std::mutex mutex_;
  std::map<timestamp, std::vector<std::shared_ptr<alarm_entry>>> slots_;
};

/// The alarm of one actor, which owns it.
class alarm {
public:
  alarm() = default;

  /// @param owner what is ticked; a typed actor that extends `ticked_actor`.
  template <class Pointer>
  alarm(std::shared_ptr<alarm_board> board, Pointer owner)
    : board_(std::move(board))
    , entry_(std::make_shared<alarm_entry>()) {
    entry_->who = owner->address();
  }

  /// Sets when the next tick comes; endless for none. A tick turns the alarm
  /// off.
  void set(timestamp due) {
    board_->set(entry_, due);
  }

  /// Has a tick come at this time, unless one comes earlier.
  void set_latest(timestamp due) {
    if (due < entry_->due.load(std::memory_order_acquire))
      set(due);
  }

private:
  std::shared_ptr<alarm_board> board_;
  std::shared_ptr<alarm_entry> entry_;
};

} // namespace carillon
