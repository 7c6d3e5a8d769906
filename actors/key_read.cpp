#include "actors/key_read.hpp"

#include "actors/quiet.hpp"

#include <botan/hash.h>
#include <caf/all.hpp>

#include <set>

namespace carillon {

namespace {

using key_read_ptr = key_read_actor::stateful_pointer<key_read_state>;
using request = identity::share_reader::request;

/// Counts the nodes that a peer knows of, as far as its neighbours tell.
size_t count_nodes(const peer_view& view) {
  std::set<std::array<uint8_t, 32>> nodes;
  const auto add = [&](const chord::peer_ref& peer) {
    nodes.insert(peer.node->fingerprint);
  };
  add(view.neighbours.self);
  if (view.neighbours.predecessor)
    add(*view.neighbours.predecessor);
  for (const auto& peer : view.neighbours.successors)
    add(peer);
  return nodes.size();
}

/// Nobody outside may guess which shares will be asked for.
uint64_t secret_seed(const node_context& node, uint64_t number) {
  const auto sha = Botan::HashFunction::create_or_throw("SHA-256");
  sha->update(node.nonce_secret);
  sha->update("shares");
  sha->update_be(number);
  const auto digest = sha->final();
  uint64_t result = 0;
  for (size_t i = 0; i < sizeof(result); ++i)
    result = (result << 8) | digest[i];
  return result;
}

trust::outcome to_trust(identity::share_reader::outcome what) {
  switch (what) {
  case identity::share_reader::outcome::invalid:
    return trust::outcome::bad_share;
  case identity::share_reader::outcome::silent:
    return trust::outcome::no_answer;
  case identity::share_reader::outcome::good:
  case identity::share_reader::outcome::absent:
    break;
  }
  return trust::outcome::good_answer;
}

/// Tells holders that others have newer shares, or ones that they lack.
void tell_outdated(key_read_ptr self, const key_reading& result) {
  auto& state = self->state;
  if (!result.bundle)
    return;
  using outcome = identity::share_reader::outcome;
  for (const auto& seen : result.outcomes) {
    const auto is_outdated = seen.outcome == outcome::absent
      || (seen.outcome == outcome::good
          && seen.epoch < result.bundle->admission.epoch);
    const auto holder = state.holders.find(seen.peer);
    if (is_outdated && holder != state.holders.end())
      self->send(state.peer, repair_atom_v, holder->second,
                 identity::share_key_text(state.aor, seen.index));
  }
}

void finish(key_read_ptr self, expected<identity::rebuilt_bundle> bundle) {
  auto& state = self->state;
  key_reading result{std::move(bundle), {}};
  if (state.reader)
    result.outcomes = state.reader->outcomes();
  for (const auto& seen : result.outcomes) {
    if (seen.peer != chord::ring_id{})
      self->send(state.peer, seen.peer, to_trust(seen.outcome));
  }
  tell_outdated(self, result);
  state.promise.deliver(std::move(result));
  self->quit();
}

/// Gives the key that the shares make, unless its certificate was revoked.
expected<identity::rebuilt_bundle> rebuild(const key_read_state& state) {
  auto result = state.reader->result(state.node->time->now());
  if (!result)
    return result;
  const auto revoked = state.node->revoked->get();
  if (auto good = revoked->check(result->bundle.certificates); !good)
    return tl::unexpected{good.error()};
  return result;
}

void on_outcome(key_read_ptr self, const request& asked,
                const fetch_outcome& outcome) {
  auto& state = self->state;
  auto& reader = *state.reader;
  // Without a holder the lookup has failed, which is nobody's fault.
  const auto peer = outcome.holder ? outcome.holder->id : chord::ring_id{};
  if (outcome.holder)
    state.holders.emplace(peer, *outcome.holder);
  if (!outcome.result) {
    const auto& why = outcome.result.error();
    if (why.code == errc::timeout || why.code == errc::unreachable)
      reader.on_silence(asked, peer);
    else
      reader.on_invalid(asked, peer, why);
    return;
  }
  const identity::share_reader::holder from{peer, outcome.result->node};
  if (outcome.result->record)
    reader.on_record(asked, from, *outcome.result->record,
                     state.node->time->now());
  else
    reader.on_absent(asked, from);
}

void ask(key_read_ptr self);

void go_on(key_read_ptr self) {
  auto& state = self->state;
  if (state.reader->finished())
    finish(self, rebuild(state));
  else
    ask(self);
}

void ask(key_read_ptr self) {
  auto& state = self->state;
  for (const auto& wanted : state.reader->requests()) {
    self
      ->request(state.peer, caf::infinite, get_atom_v,
                identity::share_key_text(state.aor, wanted.index),
                wanted.replica)
      .then(
        [self, wanted](const fetch_outcome& outcome) {
          on_outcome(self, wanted, outcome);
          go_on(self);
        },
        [self, wanted](const caf::error&) {
          self->state.reader->on_silence(wanted, {});
          go_on(self);
        });
  }
}

void start(key_read_ptr self) {
  auto& state = self->state;
  self->request(state.peer, caf::infinite, view_atom_v)
    .then(
      [self](const peer_view& view) {
        auto& mine = self->state;
        const auto& settings = mine.node->ring->settings();
        // Whoever is hostile may be silent, which takes long to find out.
        const size_t spare =
          mine.node->expected_hostile_share > 0 ? settings.n - settings.k : 0;
        mine.reader.emplace(mine.aor, *mine.node->ring, mine.check,
                            count_nodes(view), mine.seed, spare);
        ask(self);
      },
      [self](const caf::error&) {
        finish(self, fail(errc::unreachable, "the peer has ended"));
      });
}

} // namespace

key_read_actor::behavior_type key_read(key_read_ptr self, node_context_ptr node,
                                       peer_actor peer, uint64_t number) {
  be_quiet(self);
  auto& state = self->state;
  state.seed = secret_seed(*node, number);
  state.node = std::move(node);
  state.peer = std::move(peer);
  return {
    [self](get_atom, const identity::address_of_record& aor) {
      auto promise = self->make_response_promise<key_reading>();
      self->state.promise = promise;
      self->state.aor = aor;
      start(self);
      return promise;
    },
  };
}

} // namespace carillon
