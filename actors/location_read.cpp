#include "actors/location_read.hpp"

#include "actors/defaults.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

using location_read_ptr =
  location_read_actor::stateful_pointer<location_read_state>;

void finish(location_read_ptr self,
            expected<identity::verified_location> found) {
  auto& state = self->state;
  state.promise.deliver(location_reading{std::move(found), state.hops});
  self->quit();
}

void give_up(location_read_ptr self) {
  auto& state = self->state;
  if (state.newest) {
    finish(self, std::move(*state.newest));
    return;
  }
  // One node alone could deny what the others would have given.
  if (state.deniers.size() >= defaults::absence_witnesses
      || (!state.deniers.empty() && !state.doubted))
    finish(self, fail(errc::no_such_record, to_string(state.aor)));
  else if (state.failure)
    finish(self, tl::unexpected{*state.failure});
  else
    finish(self, fail(errc::unreachable, to_string(state.aor)));
}

void ask(location_read_ptr self, uint8_t rank);

bool asks_all(const location_read_state& state) {
  return state.node->expected_hostile_share > 0;
}

void ask_next(location_read_ptr self) {
  auto& state = self->state;
  if (asks_all(state)) {
    if (--state.open == 0)
      give_up(self);
    return;
  }
  if (++state.rank < state.node->ring->settings().replicas)
    ask(self, state.rank);
  else
    give_up(self);
}

/// Notes what a holder gave that was no location.
void reject(location_read_ptr self, const chord::ring_id& holder,
            const error& why, trust::outcome what) {
  auto& state = self->state;
  state.failure = why;
  state.doubted = true;
  self->send(state.peer, holder, what);
  ask_next(self);
}

void on_outcome(location_read_ptr self, const fetch_outcome& outcome) {
  auto& state = self->state;
  state.hops = std::max(state.hops, outcome.hops);
  if (!outcome.holder) {
    // There are no more holders, or the ring cannot be asked at all.
    if (!state.failure)
      state.failure = outcome.result.error();
    if (asks_all(state))
      ask_next(self);
    else
      give_up(self);
    return;
  }
  const auto& holder = outcome.holder->id;
  if (!outcome.result) {
    const auto silent = outcome.result.error().code == errc::timeout
      || outcome.result.error().code == errc::unreachable;
    reject(self, holder, outcome.result.error(),
           silent ? trust::outcome::no_answer : trust::outcome::bad_record);
    return;
  }
  if (!outcome.result->record) {
    state.deniers.insert(outcome.result->node);
    state.without.push_back(*outcome.holder);
    if (state.deniers.size() == defaults::absence_witnesses && !asks_all(state))
      give_up(self);
    else
      ask_next(self);
    return;
  }
  auto found =
    identity::open_location(*outcome.result->record, *state.node->ring,
                            state.check, state.node->time->now());
  if (found && found->location.aor != state.aor)
    found = fail(errc::name_mismatch, "the location of another user");
  if (!found) {
    reject(self, holder, found.error(), trust::outcome::bad_record);
    return;
  }
  self->send(state.peer, holder, trust::outcome::good_answer);
  for (const auto& lacking : state.without)
    self->send(state.peer, repair_atom_v, lacking,
               identity::location_key_text(state.aor));
  if (!asks_all(state)) {
    finish(self, std::move(found));
    return;
  }
  if (!state.newest || state.newest->location.epoch < found->location.epoch)
    state.newest = std::move(*found);
  // The last ones may be silent for long.
  if (state.open - 1
      <= state.node->ring->settings().replicas / defaults::missed_holders) {
    finish(self, std::move(*state.newest));
    return;
  }
  ask_next(self);
}

void ask(location_read_ptr self, uint8_t rank) {
  auto& state = self->state;
  self
    ->request(state.peer, caf::infinite, get_atom_v,
              identity::location_key_text(state.aor), rank)
    .then(
      [self](const fetch_outcome& outcome) { on_outcome(self, outcome); },
      [self](const caf::error&) {
        self->state.failure = error{errc::unreachable, "the peer has ended"};
        if (asks_all(self->state))
          ask_next(self);
        else
          give_up(self);
      });
}

} // namespace

location_read_actor::behavior_type
location_read(location_read_ptr self, node_context_ptr node, peer_actor peer) {
  be_quiet(self);
  self->state.node = std::move(node);
  self->state.peer = std::move(peer);
  return {
    [self](lookup_atom, const identity::address_of_record& aor) {
      auto promise = self->make_response_promise<location_reading>();
      self->state.promise = promise;
      self->state.aor = aor;
      const auto holders =
        asks_all(self->state) ? self->state.node->ring->settings().replicas : 1;
      self->state.open = holders;
      for (uint8_t rank = 0; rank < holders; ++rank)
        ask(self, rank);
      return promise;
    },
  };
}

} // namespace carillon
