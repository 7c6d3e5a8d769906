#include "actors/node_inspector.hpp"

#include "actors/defaults.hpp"
#include "actors/ended_actor.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

namespace {

/// A question about a user whose two answers come in any order.
struct user_question {
  void take(const location_reading& found) {
    where = found;
    finish();
  }

  void take(const key_reading& found) {
    key = found;
    finish();
  }

  void finish() {
    if (where && key)
      promise.deliver(user_report{*where, *key});
  }

  caf::typed_response_promise<user_report> promise;
  std::optional<location_reading> where;
  std::optional<key_reading> key;
};

} // namespace

caf::typed_response_promise<peers_report>
node_inspector_state::inspect_peers() {
  auto promise = self->make_response_promise<peers_report>();
  askers_.push_back(promise);
  if (missing_ > 0)
    return promise;
  gathered_ = std::make_shared<std::vector<inspected_peer>>();
  for (const auto& peer : config.peers)
    gathered_->push_back({peer, {}});
  missing_ = config.peers.size();
  for (size_t i = 0; i < config.peers.size(); ++i) {
    const auto handle = config.node->directory->resolve(config.peers[i]);
    if (!handle)
      take(i, {});
    else
      // One of another process does not answer when that has died.
      self->request(handle, defaults::view_timeout, view_atom_v)
        .then([this, i](const peer_view& view) { take(i, view); },
              [this, i](const caf::error&) { take(i, {}); });
  }
  return promise;
}

void node_inspector_state::take(size_t which, std::optional<peer_view> view) {
  (*gathered_)[which].view = std::move(view);
  if (--missing_ > 0)
    return;
  const peers_report report = std::exchange(gathered_, nullptr);
  for (auto& asker : std::exchange(askers_, {}))
    asker.deliver(report);
}

caf::typed_response_promise<lookup_outcome>
node_inspector_state::lookup(const chord::ring_id& key) {
  auto promise = self->make_response_promise<lookup_outcome>();
  for (const auto& peer : config.peers)
    if (const auto handle = config.node->directory->asker(peer)) {
      self
        ->request(handle, caf::infinite, lookup_atom_v, key,
                  chord::lookup_options{})
        .then(
          [promise](const lookup_outcome& found) mutable {
            promise.deliver(found);
          },
          [promise](const caf::error& why) mutable {
            promise.deliver(lookup_outcome{tl::unexpected{ended_actor(why)}});
          });
      return promise;
    }
  promise.deliver(
    lookup_outcome{fail(errc::unreachable, "no peer of this node is there")});
  return promise;
}

caf::typed_response_promise<user_report>
node_inspector_state::inspect_user(const identity::address_of_record& who) {
  auto asked = std::make_shared<user_question>();
  asked->promise = self->make_response_promise<user_report>();
  self->request(config.reader, caf::infinite, lookup_atom_v, who)
    .then([asked](const location_reading& found) { asked->take(found); },
          [asked](const caf::error& why) {
            asked->take(location_reading{tl::unexpected{ended_actor(why)}});
          });
  self->request(config.reader, caf::infinite, get_atom_v, who)
    .then([asked](const key_reading& found) { asked->take(found); },
          [asked](const caf::error& why) {
            asked->take(key_reading{tl::unexpected{ended_actor(why)}, {}});
          });
  return asked->promise;
}

node_inspector_actor::behavior_type node_inspector(
  node_inspector_actor::stateful_pointer<node_inspector_state> self,
  node_inspector_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.config = std::move(config);
  return {
    [&state](view_atom) { return state.inspect_peers(); },
    [&state](lookup_atom, const chord::ring_id& key) {
      return state.lookup(key);
    },
    [&state](get_atom, const identity::address_of_record& who) {
      return state.inspect_user(who);
    },
  };
}

} // namespace carillon
