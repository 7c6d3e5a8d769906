#include "actors/location_reader.hpp"

#include "actors/defaults.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>
#include <caf/typed_response_promise.hpp>

#include <memory>
#include <optional>
#include <set>

namespace carillon {

namespace {

using location_reader_ptr =
  location_reader_actor::stateful_pointer<location_reader_state>;

/// How far one search has come.
struct search {
  peer_actor peer;
  identity::address_of_record aor;
  caf::typed_response_promise<location_reading> promise;
  // The holder to ask next, counted from the owner.
  uint8_t rank = 0;
  // How many are asked at a time, and how many of them have not answered.
  size_t width = 1;
  size_t open = 0;
  // Of those that have been given.
  std::optional<identity::verified_location> newest;
  uint16_t hops = 0;
  // The nodes of the holders that say that there is no such record.
  std::set<identity::fingerprint> deniers;
  // Those holders themselves.
  chord::peer_list without;
  // Whether another holder gave no good answer.
  bool doubted = false;
  // Whether the answer was given; holders may answer later.
  bool is_over = false;
  std::optional<error> failure;
};

using search_ptr = std::shared_ptr<search>;

void finish(location_reader_ptr self, search& it,
            expected<identity::verified_location> found) {
  if (found)
    for (const auto& lacking : it.without)
      self->send(it.peer, repair_atom_v, lacking,
                 identity::location_key_text(it.aor));
  it.promise.deliver(location_reading{std::move(found), it.hops});
  it.is_over = true;
}

void give_up(location_reader_ptr self, search& it) {
  // One node alone could deny what the others would have given.
  if (it.deniers.size() >= defaults::absence_witnesses
      || (!it.deniers.empty() && !it.doubted))
    finish(self, it, fail(errc::no_such_record, to_string(it.aor)));
  else if (it.failure)
    finish(self, it, tl::unexpected{*it.failure});
  else
    finish(self, it, fail(errc::unreachable, to_string(it.aor)));
}

void ask_next(location_reader_ptr self, const search_ptr& it);

/// Ends the search if enough is known, and else goes on.
void go_on(location_reader_ptr self, const search_ptr& it) {
  // The last ones may be silent for long.
  const auto is_enough = it->open <= it->width / defaults::missed_holders;
  const auto replicas = self->state.config.node->ring->settings().replicas;
  const auto has_all = it->rank == replicas && it->open == 0;
  const auto is_denied = it->deniers.size() >= defaults::absence_witnesses;
  if (is_enough && it->newest)
    finish(self, *it, std::move(*it->newest));
  else if (has_all || (is_enough && is_denied))
    give_up(self, *it);
  else if (it->rank < replicas)
    ask_next(self, it);
}

/// Notes what a holder gave that was no location.
void reject(location_reader_ptr self, search& it, const chord::ring_id& holder,
            const error& why, trust::outcome what) {
  it.failure = why;
  it.doubted = true;
  self->send(it.peer, holder, what);
}

/// Notes that there are no more holders, or the ring cannot be asked at all.
void end_asking(location_reader_ptr self, search& it, const error& why) {
  if (!it.failure)
    it.failure = why;
  it.rank = self->state.config.node->ring->settings().replicas;
}

void take_record(location_reader_ptr self, search& it,
                 const chord::ring_id& holder, const bytes& record) {
  auto found = identity::open_location(record, *self->state.config.node->ring,
                                       self->state.check,
                                       self->state.config.node->time->now());
  if (found && found->location.aor != it.aor)
    found = fail(errc::name_mismatch, "the location of another user");
  if (!found) {
    reject(self, it, holder, found.error(), trust::outcome::bad_record);
    return;
  }
  self->send(it.peer, holder, trust::outcome::good_answer);
  if (!it.newest || it.newest->location.epoch < found->location.epoch)
    it.newest = std::move(*found);
}

void take(location_reader_ptr self, search& it, const fetch_outcome& outcome) {
  it.hops = std::max(it.hops, outcome.hops);
  if (!outcome.holder) {
    end_asking(self, it, outcome.result.error());
    return;
  }
  const auto& holder = *outcome.holder;
  if (!outcome.result) {
    const auto& why = outcome.result.error();
    const auto silent =
      why.code == errc::timeout || why.code == errc::unreachable;
    reject(self, it, holder.id, why,
           silent ? trust::outcome::no_answer : trust::outcome::bad_record);
  } else if (outcome.result->record) {
    take_record(self, it, holder.id, *outcome.result->record);
  } else {
    it.deniers.insert(outcome.result->node);
    it.without.push_back(holder);
  }
}

void ask_next(location_reader_ptr self, const search_ptr& it) {
  ++it->open;
  self
    ->request(it->peer, caf::infinite, get_atom_v,
              identity::location_key_text(it->aor), it->rank++)
    .then(
      [self, it](const fetch_outcome& outcome) {
        if (it->is_over)
          return;
        --it->open;
        take(self, *it, outcome);
        go_on(self, it);
      },
      [self, it](const caf::error&) {
        if (it->is_over)
          return;
        --it->open;
        end_asking(self, *it, {errc::unreachable, "the peer has ended"});
        go_on(self, it);
      });
}

} // namespace

location_reader_actor::behavior_type
location_reader(location_reader_ptr self, location_reader_config config) {
  be_quiet(self);
  self->state.config = std::move(config);
  return {
    [self](lookup_atom, const identity::address_of_record& aor) {
      const auto& reader = self->state.config;
      auto it = std::make_shared<search>();
      it->peer = reader.asker();
      it->aor = aor;
      it->promise = self->make_response_promise<location_reading>();
      if (reader.node->expected_hostile_share > 0)
        it->width = reader.node->ring->settings().replicas;
      while (it->open < it->width)
        ask_next(self, it);
      return it->promise;
    },
  };
}

} // namespace carillon
