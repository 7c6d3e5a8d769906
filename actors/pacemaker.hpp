#pragma once

#include "actors/alarm.hpp"
#include "actors/clock.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>

namespace carillon {

/// What the pacemaker looks at.
struct pacemaker_state {
  static constexpr const char* name = "pacemaker";

  std::shared_ptr<const clock> time;
  std::shared_ptr<alarm_board> alarms;
  duration interval{};
};

/// Ticks the actors of a process whose alarms are due, so that none of them
/// needs a timer of CAF's one clock thread.
/// @param interval time between two looks.
ticked_actor::behavior_type
pacemaker(ticked_actor::stateful_pointer<pacemaker_state> self,
          std::shared_ptr<const clock> time,
          std::shared_ptr<alarm_board> alarms, duration interval);

} // namespace carillon
