#include "actors/alarm.hpp"

#include <caf/actor_control_block.hpp>

#include <utility>

namespace carillon {

void alarm_board::set(const std::shared_ptr<alarm_entry>& which,
                      timestamp due) {
  which->due.store(due, std::memory_order_seq_cst);
  // The pacemaker looks at it early enough, and sees then what is due. When it
  // is looking right now, one of the two sees what the other has written.
  if (due == timestamp::max()
      || which->looked_at.load(std::memory_order_seq_cst) <= slot_of(due))
    return;
  const std::lock_guard guard{mutex_};
  if (which->looked_at.load(std::memory_order_relaxed) > slot_of(due))
    enter(which, due);
}

std::vector<ticked_actor> alarm_board::take_due(timestamp now) {
  std::vector<ticked_actor> result;
  const std::lock_guard guard{mutex_};
  while (!slots_.empty() && slots_.begin()->first <= now) {
    const auto slot = slots_.extract(slots_.begin());
    for (const auto& which : slot.mapped()) {
      // It has been entered at an earlier time as well.
      if (which->looked_at.load(std::memory_order_relaxed) != slot.key())
        continue;
      which->looked_at.store(timestamp::max(), std::memory_order_seq_cst);
      auto due = which->due.load(std::memory_order_seq_cst);
      if (due == timestamp::max())
        continue;
      if (slot_of(due) > slot.key()) {
        enter(which, due);
        continue;
      }
      // The actor may just be setting another time, which has to stay; it
      // enters the alarm itself then.
      if (!which->due.compare_exchange_strong(due, timestamp::max()))
        continue;
      if (auto who = caf::actor_cast<caf::strong_actor_ptr>(which->who))
        result.push_back(caf::actor_cast<ticked_actor>(std::move(who)));
    }
  }
  return result;
}

/// @pre the mutex is held
void alarm_board::enter(const std::shared_ptr<alarm_entry>& which,
                        timestamp due) {
  const auto slot = slot_of(due);
  which->looked_at.store(slot, std::memory_order_seq_cst);
  slots_[slot].push_back(which);
}

timestamp alarm_board::slot_of(timestamp due) const noexcept {
  const auto since = due.time_since_epoch();
  return timestamp{since - since % granularity_ + granularity_};
}

} // namespace carillon
