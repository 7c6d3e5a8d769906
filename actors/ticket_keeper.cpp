#include "actors/ticket_keeper.hpp"

#include "actors/defaults.hpp"
#include "actors/quiet.hpp"

#include <botan/chacha_rng.h>
#include <caf/all.hpp>

#include <algorithm>
#include <memory>

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
  alarm_ = {config_.node->alarms, self};
  wake_at(renewal_time(config_.identity->ticket->get()->content));
}

void ticket_keeper_state::on_tick() {
  config_.source([me = ticket_keeper_actor{self}](ticket_outcome got) {
    caf::anon_send(me, std::move(got));
  });
}

void ticket_keeper_state::on_ticket(const ticket_outcome& got) {
  const auto& node = *config_.node;
  const auto log = node.log(subsystem::identity);
  if (!got) {
    log.write(log_level::error, {}, [&] {
      return "cannot renew the ticket of this node: " + to_string(got.error());
    });
    wake_at(node.time->now() + retry_);
    retry_ = std::min(2 * retry_, defaults::max_renewal_retry);
    return;
  }
  log.write(log_level::info, {},
            [] { return "renewed the ticket of this node"; });
  retry_ = defaults::renewal_retry;
  wake_at(renewal_time(got->content));
  config_.identity->ticket->replace(*got);
}

void ticket_keeper_state::wake_at(timestamp when) {
  alarm_.set(when);
}

ticket_keeper_actor::behavior_type
ticket_keeper(ticket_keeper_actor::stateful_pointer<ticket_keeper_state> self,
              ticket_keeper_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.start(std::move(config));
  return {
    [&state](tick_atom) { state.on_tick(); },
    [&state](const ticket_outcome& got) { state.on_ticket(got); },
  };
}

ticket_source
own_tickets(const node_context_ptr& node, const node_identity_ptr& identity,
            const std::shared_ptr<const identity::key_pair>& bootstrap,
            const bytes& seed) {
  auto rng = std::make_shared<Botan::ChaCha_RNG>(
    Botan::secure_vector<uint8_t>(seed.begin(), seed.end()));
  return [=](const std::function<void(ticket_outcome)>& then) {
    const auto now = node->time->now();
    auto grant = identity->ticket->get()->content;
    grant.not_before = now;
    grant.expires = now + node->ring->settings().ticket_lifetime;
    then(identity::seal_ticket(grant, *node->ring, *bootstrap, *rng)
           .map([&](bytes sealed) {
             return granted_ticket{std::move(sealed), std::move(grant)};
           }));
  };
}

} // namespace carillon
