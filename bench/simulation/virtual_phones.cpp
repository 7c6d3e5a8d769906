#include "bench/simulation/virtual_phones.hpp"

#include "actors/bootstrap.hpp"
#include "bench/simulation/memory_vault.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

namespace {

using namespace std::chrono_literals;

constexpr unsigned accepted = 200;
constexpr unsigned moved = 302;

/// Longer than a registration may take, with all attempts.
constexpr auto registration_time = 1min;

} // namespace

virtual_phones::~virtual_phones() {
  phones_.clear();
  directory_->users.clear();
  if (ring_ != nullptr) {
    caf::anon_send_exit(directory_->bootstrap, caf::exit_reason::kill);
    directory_->bootstrap = nullptr;
    ring_->run();
  }
}

expected<void> virtual_phones::start(virtual_ring& ring, size_t users,
                                     bool have_moved) {
  ring_ = &ring;
  const auto place = ring.peers().front();
  directory_->bootstrap_place = place;
  directory_->bootstrap = ring.system.spawn(
    bootstrap,
    bootstrap_config{ring.context,
                     {std::shared_ptr<void>{}, &ring.bootstrap},
                     place,
                     ring.seed()});
  auto settings = std::make_shared<sip_settings>();
  settings->domain.name = ring.context->ring->settings().domain;
  settings->domain.listen = {
    {sip::transport::udp, {}, 0, "127.0.0.1", 5060, 0}};
  // All phones count as on this machine.
  settings->contacts = contact_mode::direct;
  settings->bootstrap->enter({place, ring.bootstrap.public_half().signature});
  // Each call asks the ring.
  settings->cache_keys = false;
  const auto vault = std::make_shared<memory_vault>(ring.seed());
  const auto make = [&](size_t user, size_t where) {
    auto phone = std::make_unique<virtual_phone>(ring, ring.peers()[where + 1],
                                                 "user-" + std::to_string(user),
                                                 settings, vault);
    phone->start();
    directory_->users.insert_or_assign(phone->place().id, phone->addressees());
    return phone;
  };
  if (have_moved) {
    phone_list former;
    for (size_t i = 0; i < users; ++i)
      former.push_back(make(i, (i + 1) % users));
    if (auto registered = register_all(former); !registered)
      return registered;
  }
  for (size_t i = 0; i < users; ++i)
    phones_.push_back(make(i, i));
  return register_all(phones_);
}

expected<void> virtual_phones::register_all(const phone_list& phones) {
  ring_->run();
  size_t registered = 0;
  for (const auto& phone : phones)
    phone->register_here([&registered](const phone_answer& answer) {
      registered += answer.status == accepted ? 1 : 0;
    });
  const auto end = ring_->now() + registration_time;
  while (registered < phones.size() && ring_->now() < end)
    ring_->advance(100ms);
  if (registered < phones.size())
    return fail(errc::timeout,
                std::to_string(phones.size() - registered) + " of "
                  + std::to_string(phones.size())
                  + " users could not register");
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
