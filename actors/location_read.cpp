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
  if (found)
    for (const auto& lacking : state.without)
      self->send(state.peer, repair_atom_v, lacking,
                 identity::location_key_text(state.aor));
  state.promise.deliver(location_reading{std::move(found), state.hops});
  self->quit();
}

void give_up(location_read_ptr self) {
  const auto& state = self->state;
  // One node alone could deny what the others would have given.
  if (state.deniers.size() >= defaults::absence_witnesses
      || (!state.deniers.empty() && !state.doubted))
    finish(self, fail(errc::no_such_record, to_string(state.aor)));
  else if (state.failure)
    finish(self, tl::unexpected{*state.failure});
  else
    finish(self, fail(errc::unreachable, to_string(state.aor)));
}

void ask_next(location_read_ptr self);

/// Ends the search if enough is known, and else goes on.
void go_on(location_read_ptr self) {
  auto& state = self->state;
  // The last ones may be silent for long.
  const auto is_enough = state.open <= state.width / defaults::missed_holders;
  const auto replicas = state.node->ring->settings().replicas;
  const auto has_all = state.rank == replicas && state.open == 0;
  const auto is_denied = state.deniers.size() >= defaults::absence_witnesses;
  if (is_enough && state.newest)
    finish(self, std::move(*state.newest));
  else if (has_all || (is_enough && is_denied))
    give_up(self);
  else if (state.rank < replicas)
    ask_next(self);
}

/// Notes what a holder gave that was no location.
void reject(location_read_ptr self, const chord::ring_id& holder,
            const error& why, trust::outcome what) {
  auto& state = self->state;
  state.failure = why;
  state.doubted = true;
  self->send(state.peer, holder, what);
}

/// Notes that there are no more holders, or the ring cannot be asked at all.
void end_asking(location_read_ptr self, const error& why) {
  auto& state = self->state;
  if (!state.failure)
    state.failure = why;
  state.rank = state.node->ring->settings().replicas;
}

void take_record(location_read_ptr self, const chord::ring_id& holder,
                 const bytes& record) {
  auto& state = self->state;
  auto found = identity::open_location(record, *state.node->ring, state.check,
                                       state.node->time->now());
  if (found && found->location.aor != state.aor)
    found = fail(errc::name_mismatch, "the location of another user");
  if (!found) {
    reject(self, holder, found.error(), trust::outcome::bad_record);
    return;
  }
  self->send(state.peer, holder, trust::outcome::good_answer);
  if (!state.newest || state.newest->location.epoch < found->location.epoch)
    state.newest = std::move(*found);
}

void take(location_read_ptr self, const fetch_outcome& outcome) {
  auto& state = self->state;
  state.hops = std::max(state.hops, outcome.hops);
  if (!outcome.holder) {
    end_asking(self, outcome.result.error());
    return;
  }
  const auto& holder = *outcome.holder;
  if (!outcome.result) {
    const auto& why = outcome.result.error();
    const auto silent =
      why.code == errc::timeout || why.code == errc::unreachable;
    reject(self, holder.id, why,
           silent ? trust::outcome::no_answer : trust::outcome::bad_record);
  } else if (outcome.result->record) {
    take_record(self, holder.id, *outcome.result->record);
  } else {
    state.deniers.insert(outcome.result->node);
    state.without.push_back(holder);
  }
}

void ask_next(location_read_ptr self) {
  auto& state = self->state;
  ++state.open;
  self
    ->request(state.peer, caf::infinite, get_atom_v,
              identity::location_key_text(state.aor), state.rank++)
    .then(
      [self](const fetch_outcome& outcome) {
        --self->state.open;
        take(self, outcome);
        go_on(self);
      },
      [self](const caf::error&) {
        --self->state.open;
        end_asking(self, {errc::unreachable, "the peer has ended"});
        go_on(self);
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
      const auto& context = *self->state.node;
      if (context.expected_hostile_share > 0)
        self->state.width = context.ring->settings().replicas;
      while (self->state.open < self->state.width)
        ask_next(self);
      return promise;
    },
  };
}

} // namespace carillon
