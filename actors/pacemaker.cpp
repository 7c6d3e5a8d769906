#include "actors/pacemaker.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

ticked_actor::behavior_type
pacemaker(ticked_actor::stateful_pointer<pacemaker_state> self,
          std::shared_ptr<const clock> time,
          std::shared_ptr<alarm_board> alarms, duration interval) {
  be_quiet(self);
  self->state.time = std::move(time);
  self->state.alarms = std::move(alarms);
  self->state.interval = interval;
  self->delayed_send(self, interval, tick_atom_v);
  return {
    [self](tick_atom) {
      auto& state = self->state;
      self->delayed_send(self, state.interval, tick_atom_v);
      for (const auto& who : state.alarms->take_due(state.time->now()))
        self->send(who, tick_atom_v);
    },
  };
}

} // namespace carillon
