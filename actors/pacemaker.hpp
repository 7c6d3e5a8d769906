#pragma once

#include "actors/clock.hpp"
#include "actors/interfaces.hpp"

#include <caf/stateful_actor.hpp>

#include <map>
#include <memory>
#include <vector>

namespace carillon {

/// Whom the pacemaker will tick, and when.
struct pacemaker_state {
  static constexpr const char* name = "pacemaker";

  std::shared_ptr<const clock> time;
  duration interval{};
  std::map<timestamp, std::vector<ticked_actor>> due;
  bool running = false;
};

/// Ticks the peers of a process, so that none of them needs a timer of CAF's
/// one clock thread. Requests that fall into the same interval come together.
pacemaker_actor::behavior_type
pacemaker(pacemaker_actor::stateful_pointer<pacemaker_state> self,
          std::shared_ptr<const clock> time, duration interval);

} // namespace carillon
