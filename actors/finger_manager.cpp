#include "actors/finger_manager.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

using finger_manager_ptr =
  finger_manager_actor::stateful_pointer<finger_manager_state>;

void publish(finger_manager_ptr self) {
  auto& state = self->state;
  state.published = std::make_shared<const chord::finger_table>(state.table);
  self->send(state.config.peer, fingers_atom_v, state.published);
}

void refresh_from(finger_manager_ptr self, size_t exponent);

void finish_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  state.refreshing = false;
  state.next_refresh = state.config.time->now() + state.config.refresh_interval;
  self->send(state.config.pacemaker, wake_atom_v,
             caf::actor_cast<ticked_actor>(self), state.next_refresh);
}

void on_found(finger_manager_ptr self, size_t exponent,
              const lookup_outcome& found) {
  auto& state = self->state;
  // A target that cannot be found now is left for the next refresh.
  if (!found) {
    refresh_from(self, exponent + 1);
    return;
  }
  if (state.table.set(exponent, found->owner))
    publish(self);
  const auto distance = state.config.self.distance_to(found->owner.id);
  const auto covered = distance.highest_bit();
  // The owner of the farthest targets may be this peer itself.
  if (covered < static_cast<int>(exponent))
    finish_refresh(self);
  else
    refresh_from(self, static_cast<size_t>(covered) + 1);
}

void refresh_from(finger_manager_ptr self, size_t exponent) {
  auto& state = self->state;
  if (exponent >= chord::ring_id::bits || !state.in_ring) {
    finish_refresh(self);
    return;
  }
  const auto target = state.config.self.plus_power_of_two(exponent);
  self
    ->request(state.config.peer, caf::infinite, lookup_atom_v, target,
              chord::lookup_options{})
    .then([self, exponent](
            const lookup_outcome& found) { on_found(self, exponent, found); },
          [self](const caf::error&) { finish_refresh(self); });
}

void start_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  if (state.refreshing || !state.in_ring)
    return;
  state.refreshing = true;
  refresh_from(self, state.first_exponent);
}

void on_neighbours(finger_manager_ptr self, const chord::member_view& view) {
  auto& state = self->state;
  const auto joined = !state.in_ring && !view.successors.empty();
  state.in_ring = !view.successors.empty();
  if (!state.in_ring)
    return;
  // Successors are routed to without fingers.
  const auto reach =
    state.config.self.distance_to(view.successors.back().id).highest_bit();
  state.first_exponent = static_cast<size_t>(std::max(reach, 0));
  if (joined)
    start_refresh(self);
}

} // namespace

finger_manager_actor::behavior_type
finger_manager(finger_manager_ptr self, finger_manager_config config) {
  be_quiet(self);
  self->state.table = chord::finger_table{config.self};
  self->state.config = std::move(config);
  return {
    [self](tick_atom) {
      if (self->state.next_refresh <= self->state.config.time->now())
        start_refresh(self);
    },
    [self](const chord::member_view& view) { on_neighbours(self, view); },
    [self](failed_atom, const chord::ring_id& id) {
      if (self->state.table.drop(id))
        publish(self);
    },
  };
}

} // namespace carillon
