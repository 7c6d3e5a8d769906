#include "bench/demo/lying_holder.hpp"

#include "actors/quiet.hpp"
#include "actors/share_holder.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/identity/verifier.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace carillon {

namespace {

struct lying_holder_state {
  static constexpr const char* name = "lying_holder";

  share_holder_config config;
  std::set<std::string> keys;
  share_holder_actor honest;
  identity::verifier check;
  // What is answered for a key.
  std::map<std::string, bytes> lies;
};

using lying_holder_ptr =
  share_holder_actor::stateful_pointer<lying_holder_state>;

/// Makes a lie of a record that holds one of the keys.
void learn(lying_holder_ptr self, const bytes& record) {
  auto& state = self->state;
  const auto& node = *state.config.node;
  const auto share =
    identity::open_share(record, *node.ring, state.check, node.time->now());
  if (!share)
    return;
  const auto key = identity::share_key_text(share->admission.aor, share->index);
  if (!state.keys.contains(key))
    return;
  auto lie = record;
  const auto value = std::ranges::search(lie, share->value);
  if (value.empty())
    return;
  value.front() ^= 1;
  state.lies.insert_or_assign(key, std::move(lie));
}

void answer(lying_holder_ptr self, const chord::peer_ref& asker,
            const p2psip::fetch_request& question, const bytes& lie) {
  auto& config = self->state.config;
  identity::answer given;
  given.nonce = question.nonce;
  given.key = question.key;
  given.record = lie;
  given.peer = config.self.id;
  given.peer_index = config.self.index;
  given.time = config.node->time->now();
  self
    ->request(config.worker(), caf::infinite, seal_atom_v, std::move(given),
              config.identity)
    .then([self, asker, request = question.request](sealed_bytes& sealed) {
      const auto& mine = self->state.config;
      const auto handle = mine.node->directory->resolve(asker);
      if (sealed && handle)
        self->send(handle,
                   overlay_message{mine.self,
                                   p2psip::message{p2psip::fetch_answer{
                                     request, std::move(*sealed)}},
                                   nullptr});
    });
}

void on_message(lying_holder_ptr self, const overlay_message& msg) {
  auto& state = self->state;
  if (const auto* body = std::get_if<p2psip::message>(&msg.body)) {
    if (const auto* fetch = std::get_if<p2psip::fetch_request>(body)) {
      const auto lie = state.lies.find(fetch->key);
      if (lie != state.lies.end()) {
        answer(self, msg.from, *fetch, lie->second);
        return;
      }
    } else if (const auto* store = std::get_if<p2psip::store_request>(body)) {
      learn(self, *store->record);
    } else if (const auto* copy = std::get_if<p2psip::copy_request>(body)) {
      learn(self, *copy->record);
    }
  }
  self->send(state.honest, msg);
}

share_holder_actor::behavior_type lying_holder(lying_holder_ptr self,
                                               share_holder_config config,
                                               std::set<std::string> keys) {
  be_quiet(self);
  auto& state = self->state;
  state.config = config;
  state.keys = std::move(keys);
  state.honest = self->spawn<caf::linked>(share_holder, std::move(config));
  // Until it knows what it holds it answers nobody.
  self
    ->request(state.config.node->writer, caf::infinite, load_atom_v,
              state.config.self.id)
    .await([self](const loaded_records& held) {
      if (held)
        for (const auto& record : *held)
          learn(self, *record);
    });
  return {
    [](tick_atom) {},
    [self](const overlay_message& msg) { on_message(self, msg); },
    [self](const chord::member_view& view) {
      self->send(self->state.honest, view);
    },
    [self](put_atom, const p2psip::shared_bytes& record) {
      return self->delegate(self->state.honest, put_atom_v, record);
    },
    [self](get_atom, const std::string& key, uint8_t rank) {
      return self->delegate(self->state.honest, get_atom_v, key, rank);
    },
    [self](repair_atom, const chord::peer_ref& holder, const std::string& key) {
      self->send(self->state.honest, repair_atom_v, holder, key);
    },
    [self](leave_atom) {
      return self->delegate(self->state.honest, leave_atom_v);
    },
  };
}

} // namespace

share_holder_factory lie_about(std::set<std::string> keys) {
  return [keys = std::move(keys)](caf::scheduled_actor* parent,
                                  const peer_config& config,
                                  const peer_actor& peer) {
    return parent->spawn<caf::linked>(
      lying_holder, make_share_holder_config(config, peer), keys);
  };
}

} // namespace carillon
