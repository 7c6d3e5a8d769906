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
void mend_next(finger_manager_ptr self);

/// Gives about as much time as `mean`.
duration some_pause(finger_manager_state& state, duration mean) {
  std::uniform_real_distribution<double> part{0.5, 1.5};
  return std::chrono::duration_cast<duration>(mean * part(state.random));
}

/// Has the next refresh about one interval from now, or when one is due anyway.
void schedule_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  const auto now = state.config.time->now();
  const auto due = now + some_pause(state, state.interval);
  if (state.next_refresh <= now || due < state.next_refresh)
    state.next_refresh = due;
  state.wake.set(std::min(state.next_refresh, state.next_mending));
}

void schedule_mending(finger_manager_ptr self) {
  auto& state = self->state;
  if (state.lacking.empty() || state.next_mending < timestamp::max())
    return;
  state.next_mending =
    state.config.time->now() + some_pause(state, state.config.refresh_interval);
  state.wake.set(std::min(state.next_refresh, state.next_mending));
}

void finish_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  state.refreshing = false;
  state.interval = std::exchange(state.changed, false)
    ? state.config.refresh_interval
    : std::min(2 * state.interval, state.config.max_refresh_interval);
  schedule_refresh(self);
  schedule_mending(self);
}

/// Chooses the finger for a target: the first peer after it, of those that have
/// not failed lately.
const chord::peer_ref& choose(const finger_manager_state& state,
                              const chord::lookup_result& found) {
  const auto now = state.config.time->now();
  if (!state.shunned.contains(found.owner.id, now))
    return found.owner;
  for (const auto& next : found.successors)
    if (next.id != state.config.self && !state.shunned.contains(next.id, now))
      return next;
  return found.owner;
}

/// Enters what was found.
/// @returns the highest exponent that the finger serves, negative for none.
int take(finger_manager_ptr self, size_t exponent,
         const chord::lookup_result& found) {
  auto& state = self->state;
  const auto& finger = choose(state, found);
  if (change(self, [&](auto& table) { return table.set(exponent, finger); }))
    state.changed = true;
  return state.config.self.distance_to(finger.id).highest_bit();
}

template <class Action>
void look_up(finger_manager_ptr self, size_t exponent, const Action& on_found) {
  self
    ->request(self->state.config.peer, caf::infinite, lookup_atom_v,
              self->state.config.self.plus_power_of_two(exponent),
              chord::lookup_options{})
    .then(on_found, [self](const caf::error&) { finish_refresh(self); });
}

void refresh_from(finger_manager_ptr self, size_t exponent) {
  if (exponent >= chord::ring_id::bits || !self->state.in_ring) {
    finish_refresh(self);
    return;
  }
  look_up(self, exponent, [self, exponent](const lookup_outcome& found) {
    // A target that cannot be found now is left for the next refresh.
    const auto covered =
      found ? take(self, exponent, *found) : static_cast<int>(exponent);
    // The owner of the farthest targets may be this peer itself.
    if (covered < static_cast<int>(exponent))
      finish_refresh(self);
    else
      refresh_from(self, static_cast<size_t>(covered) + 1);
  });
}

void start_refresh(finger_manager_ptr self) {
  auto& state = self->state;
  if (state.refreshing || !state.in_ring)
    return;
  state.refreshing = true;
  state.lacking.clear();
  state.next_mending = timestamp::max();
  // What has come to lie among the successors is of no use any more.
  change(self,
         [&](auto& table) { return table.drop_below(state.first_exponent); });
  refresh_from(self, state.first_exponent);
}

/// Looks for new fingers in the places of those that have failed.
void start_mending(finger_manager_ptr self) {
  auto& state = self->state;
  state.next_mending = timestamp::max();
  if (state.refreshing || !state.in_ring)
    return;
  state.refreshing = true;
  mend_next(self);
}

void mend_next(finger_manager_ptr self) {
  auto& state = self->state;
  if (state.lacking.empty() || !state.in_ring) {
    // This was no whole refresh and says nothing about how soon the next one
    // is needed.
    state.refreshing = false;
    state.changed = false;
    schedule_refresh(self);
    schedule_mending(self);
    return;
  }
  const auto exponent = state.lacking.back();
  state.lacking.pop_back();
  look_up(self, exponent, [self, exponent](const lookup_outcome& found) {
    if (found)
      take(self, exponent, *found);
    mend_next(self);
  });
}

/// Drops a finger that has failed.
void on_failed(finger_manager_ptr self, const chord::ring_id& id) {
  auto& state = self->state;
  if (state.config.is_guarded)
    state.shunned.add(id, state.config.time->now());
  const auto before = state.table->exponent_before(id);
  if (!change(self, [&](auto& edited) { return edited.drop(id); }))
    return;
  if (state.config.is_guarded) {
    // Hostile peers fail now and then: were all fingers looked at each time,
    // nobody would ever rest.
    state.lacking.push_back(std::max(before, state.first_exponent));
    schedule_mending(self);
  } else {
    state.interval = state.config.refresh_interval;
    schedule_refresh(self);
  }
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
      const auto now = self->state.config.time->now();
      if (self->state.next_refresh <= now)
        start_refresh(self);
      if (self->state.next_mending <= now)
        start_mending(self);
    },
    [self](const chord::member_view& view) { on_neighbours(self, view); },
    [self](fingers_atom, const chord::finger_table_ptr& table) {
      self->state.table = table;
      self->state.interval = self->state.config.max_refresh_interval;
      schedule_refresh(self);
    },
    [self](failed_atom, const chord::ring_id& id) { on_failed(self, id); },
  };
}

} // namespace carillon
