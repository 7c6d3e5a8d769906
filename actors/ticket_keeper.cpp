#include "actors/ticket_keeper.hpp"

#include "actors/defaults.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

/// Gives when a ticket has to be renewed.
timestamp renewal_time(const identity::ticket& grant) {
  return grant.expires
    - (grant.expires - grant.not_before) / defaults::renewal_part;
}

} // namespace

void ticket_keeper_state::start(ticket_keeper_config given) {
  config_ = std::move(given);
  rng_ = std::make_unique<Botan::ChaCha_RNG>(
    Botan::secure_vector<uint8_t>(config_.seed.begin(), config_.seed.end()));
  wake_at(renewal_time(config_.identity->ticket->get()->content));
}

void ticket_keeper_state::on_tick() {
  const auto& node = *config_.node;
  const auto now = node.time->now();
  const auto log = node.log(subsystem::identity);
  auto grant = config_.identity->ticket->get()->content;
  grant.not_before = now;
  grant.expires = now + node.ring->settings().ticket_lifetime;
  auto sealed =
    identity::seal_ticket(grant, *node.ring, *config_.bootstrap, *rng_);
  if (!sealed) {
    log.write(log_level::error, {}, [&] {
      return "cannot renew the ticket of this node: "
        + to_string(sealed.error());
    });
    wake_at(now + defaults::renewal_retry);
    return;
  }
  log.write(log_level::info, {},
            [] { return "renewed the ticket of this node"; });
  wake_at(renewal_time(grant));
  config_.identity->ticket->replace({std::move(*sealed), std::move(grant)});
}

void ticket_keeper_state::wake_at(timestamp when) {
  self->send(config_.node->pacemaker, wake_atom_v,
             caf::actor_cast<ticked_actor>(self), when);
}

ticked_actor::behavior_type
ticket_keeper(ticked_actor::stateful_pointer<ticket_keeper_state> self,
              ticket_keeper_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.start(std::move(config));
  return {
    [&state](tick_atom) { state.on_tick(); },
  };
}

} // namespace carillon
