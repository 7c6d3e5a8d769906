#include "bench/simulation/virtual_phones.hpp"

#include "actors/bootstrap.hpp"
#include "actors/services.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

namespace {

using namespace std::chrono_literals;

constexpr unsigned accepted = 200;
constexpr unsigned moved = 302;

/// Longer than a registration may take, with all attempts.
constexpr auto patience = 1min;

} // namespace

virtual_phones::~virtual_phones() {
  phones_.clear();
  if (ring_ != nullptr) {
    caf::anon_send_exit(bootstrap_, caf::exit_reason::kill);
    ring_->run();
  }
}

delivery_actor virtual_phones::find(const chord::peer_ref& at,
                                    const std::string& name) const {
  if (name == services::bootstrap)
    return at == bootstrap_place_ ? bootstrap_ : delivery_actor{};
  const auto phone = by_peer_.find(at.id);
  return phone == by_peer_.end() ? delivery_actor{}
                                 : phone->second->addressees().find(name);
}

expected<void> virtual_phones::start(virtual_ring& ring, size_t users) {
  ring_ = &ring;
  bootstrap_place_ = ring.peers().front();
  bootstrap_ = ring.system.spawn(
    bootstrap,
    bootstrap_config{ring.context,
                     {std::shared_ptr<void>{}, &ring.bootstrap},
                     bootstrap_place_,
                     ring.seed()});
  auto settings = std::make_shared<sip_settings>();
  settings->domain.name = ring.context->ring->settings().domain;
  settings->domain.listen = {
    {sip::transport::udp, {}, 0, "127.0.0.1", 5060, 0}};
  // All phones count as on this machine.
  settings->contacts = contact_mode::direct;
  settings->bootstrap->enter(
    {bootstrap_place_, ring.bootstrap.public_half().signature});
  // Each call asks the ring.
  settings->cache_keys = false;
  for (size_t i = 0; i < users; ++i) {
    auto& phone = phones_.emplace_back(std::make_unique<virtual_phone>(
      ring, ring.peers()[i + 1], "user-" + std::to_string(i), settings));
    by_peer_.emplace(phone->place().id, phone.get());
    phone->start();
  }
  ring.run();
  size_t registered = 0;
  for (const auto& phone : phones_)
    phone->register_here([&registered](const phone_answer& answer) {
      registered += answer.status == accepted ? 1 : 0;
    });
  const auto end = ring.now() + patience;
  while (registered < users && ring.now() < end)
    ring.advance(100ms);
  if (registered < users)
    return fail(errc::timeout,
                std::to_string(users - registered) + " of "
                  + std::to_string(users) + " users could not register");
  return {};
}

void virtual_phones::stop() {
  for (const auto& phone : phones_)
    phone->stop();
  ring_->run();
}

void virtual_phones::restart() {
  for (const auto& phone : phones_)
    phone->start();
  ring_->run();
}

void virtual_phones::call_somebody(call_tally& into) {
  ++into.called;
  auto& random = ring_->random;
  const auto caller = random() % phones_.size();
  const auto callee =
    (caller + 1 + random() % (phones_.size() - 1)) % phones_.size();
  phones_[caller]->call(
    phones_[callee]->user(),
    [&into, contact = phones_[callee]->contact()](const phone_answer& answer) {
      if (answer.status != moved)
        return;
      if (answer.contact == contact) {
        ++into.redirected;
        into.setup.add(answer.time);
      } else {
        ++into.impersonated;
      }
    });
}

} // namespace carillon
