#include "actors/finger_manager.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

using finger_manager_ptr =
  finger_manager_actor::stateful_pointer<finger_manager_state>;

/// Changes a copy of the table, which the peer gets if that made a difference.
/// @param edit is given the table and tells whether it has changed it.
template <class Edit>
bool change(finger_manager_ptr self, const Edit& edit) {
  auto& state = self->state;
  auto fresh = *state.table;
  if (!edit(fresh))
    return false;
  // Another copy, which takes no more room than it needs.
  state.table = std::make_shared<const chord::finger_table>(fresh);
  self->send(state.config.peer, fingers_atom_v, state.table);
  return true;
}

void refresh_from(finger_manager_ptr self, size_t exponent);

/// Has the next refresh about one interval from now, or when one is due anyway.
void schedule_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  std::uniform_real_distribution<double> part{0.5, 1.5};
  const auto pause =
    std::chrono::duration_cast<duration>(state.interval * part(state.random));
  const auto now = state.config.time->now();
  const auto due = now + pause;
  if (state.next_refresh > now && state.next_refresh <= due)
    return;
  state.next_refresh = due;
  state.wake.set(due);
}

void finish_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  state.refreshing = false;
  state.interval = std::exchange(state.changed, false)
    ? state.config.refresh_interval
    : std::min(2 * state.interval, state.config.max_refresh_interval);
  schedule_refresh(self);
}

void on_found(finger_manager_ptr self, size_t exponent,
              const lookup_outcome& found) {
  auto& state = self->state;
  // A target that cannot be found now is left for the next refresh.
  if (!found) {
    refresh_from(self, exponent + 1);
    return;
  }
  if (change(self,
             [&](auto& table) { return table.set(exponent, found->owner); }))
    state.changed = true;
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
  // What has come to lie among the successors is of no use any more.
  change(self,
         [&](auto& table) { return table.drop_below(state.first_exponent); });
  refresh_from(self, state.first_exponent);
}

void on_neighbours(finger_manager_ptr self, const chord::member_view& view) {
  auto& state = self->state;
  const auto joined = !state.in_ring && !view.successors.empty();
  state.in_ring = !view.successors.empty();
  if (!state.in_ring) {
    // The next ring may be another one.
    state.next_refresh = {};
    return;
  }
  // Successors are routed to without fingers.
  const auto reach =
    state.config.self.distance_to(view.successors.back().id).highest_bit();
  state.first_exponent = static_cast<size_t>(std::max(reach, 0));
  // What was computed from complete knowledge is looked at later.
  if (joined && state.next_refresh <= state.config.time->now())
    start_refresh(self);
}

} // namespace

finger_manager_actor::behavior_type
finger_manager(finger_manager_ptr self, finger_manager_config config) {
  be_quiet(self);
  self->state.table = std::make_shared<const chord::finger_table>(config.self);
  self->state.random.seed(static_cast<uint32_t>(config.seed));
  self->state.interval = config.refresh_interval;
  self->state.wake = {config.alarms, self};
  self->state.config = std::move(config);
  return {
    [self](tick_atom) {
      if (self->state.next_refresh <= self->state.config.time->now())
        start_refresh(self);
    },
    [self](const chord::member_view& view) { on_neighbours(self, view); },
    [self](fingers_atom, const chord::finger_table_ptr& table) {
      self->state.table = table;
      self->state.interval = self->state.config.max_refresh_interval;
      schedule_refresh(self);
    },
    [self](failed_atom, const chord::ring_id& id) {
      if (!change(self, [&](auto& edited) { return edited.drop(id); }))
        return;
      self->state.interval = self->state.config.refresh_interval;
      schedule_refresh(self);
    },
  };
}

} // namespace carillon
