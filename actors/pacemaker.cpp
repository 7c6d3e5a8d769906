#include "actors/pacemaker.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

using pacemaker_ptr = pacemaker_actor::stateful_pointer<pacemaker_state>;

void schedule(pacemaker_ptr self) {
  auto& state = self->state;
  state.running = !state.due.empty();
  if (state.running)
    self->delayed_send(self, state.interval, tick_atom_v);
}

void tick(pacemaker_ptr self) {
  auto& state = self->state;
  const auto now = state.time->now();
  while (!state.due.empty() && state.due.begin()->first <= now) {
    for (const auto& who : state.due.begin()->second)
      self->send(who, tick_atom_v);
    state.due.erase(state.due.begin());
  }
  schedule(self);
}

} // namespace

pacemaker_actor::behavior_type pacemaker(pacemaker_ptr self,
                                         std::shared_ptr<const clock> time,
                                         duration interval) {
  be_quiet(self);
  self->state.time = std::move(time);
  self->state.interval = interval;
  return {
    [self](tick_atom) { tick(self); },
    [self](wake_atom, const ticked_actor& who, timestamp at) {
      auto& state = self->state;
      const auto since = at.time_since_epoch();
      const auto slot =
        timestamp{since - since % state.interval + state.interval};
      state.due[slot].push_back(who);
      if (!state.running)
        schedule(self);
    },
  };
}

} // namespace carillon
