#include "bench/demo/demo_party.hpp"

#include "actors/bootstrap.hpp"
#include "actors/key_keeper.hpp"
#include "actors/record_writer.hpp"
#include "actors/ring_reader.hpp"
#include "actors/services.hpp"
#include "runtime/file_key_vault.hpp"
#include "storage/rocksdb_store.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

namespace {

/// Asks an actor and waits for the answer; gives `fallback` when it has ended.
template <class Result, class Handle, class... Ts>
Result ask(caf::actor_system& system, const Handle& whom, Result fallback,
           Ts&&... xs) {
  caf::scoped_actor self{system, true};
  self->request(whom, caf::infinite, std::forward<Ts>(xs)...)
    .receive([&](Result& answer) { fallback = std::move(answer); },
             [](const caf::error&) {});
  return fallback;
}

tl::unexpected<error> no_reader() {
  return fail(errc::unreachable, "the ring reader has ended");
}

} // namespace

demo_stage make_stage(demo_ring& ring, size_t bootstrap_peer,
                      std::shared_ptr<call_observer> observer,
                      const std::filesystem::path& directory,
                      Botan::RandomNumberGenerator& rng) {
  auto& host = ring.host();
  const auto& place = ring.peers()[bootstrap_peer];
  const auto server =
    host.system().spawn(bootstrap,
                        bootstrap_config{host.context(), ring.bootstrap_keys(),
                                         place, make_seed(rng)});
  host.own(server);
  ring.addressees(bootstrap_peer)
    ->enter(std::string{services::bootstrap}, server);
  const auto keys = host.system().spawn<caf::detached>(
    key_keeper,
    std::make_shared<file_key_vault>(directory,
                                     identity::identity_mode::ad_hoc));
  host.own(keys);
  return {ring, {place, ring.bootstrap_keys()->public_half().signature},
          keys, std::move(observer),
          rng,  directory};
}

expected<std::unique_ptr<demo_party>>
demo_party::make(demo_stage& stage, size_t peer, std::string user) {
  auto store = storage::rocksdb_store::open(stage.directory / user);
  if (!store)
    return tl::unexpected{store.error()};
  std::unique_ptr<demo_party> result{
    new demo_party{stage, peer, std::move(user), std::move(*store)}};
  if (auto started = result->restart(identity::security_mode::signed_mode);
      !started)
    return tl::unexpected{started.error()};
  auto phone =
    test_phone::open(result->aor_.user, result->aor_.domain, result->adapter_);
  if (!phone)
    return tl::unexpected{phone.error()};
  result->phone_.emplace(std::move(*phone));
  return result;
}

demo_party::demo_party(demo_stage& stage, size_t peer, std::string user,
                       std::shared_ptr<storage::record_store> store)
  : stage_(stage)
  , peer_(peer)
  , aor_{std::move(user), stage.ring.context().ring->settings().domain} {
  auto& host = stage.ring.host();
  auto context = std::make_shared<node_context>(*host.context());
  context->writer =
    host.system().spawn<caf::detached>(record_writer, std::move(store));
  host.own(context->writer);
  context_ = std::move(context);
  reader_ =
    host.system().spawn(ring_reader, ring_reader_config{context_, place()});
  host.own(reader_);
}

expected<void> demo_party::restart(identity::security_mode mode) {
  // The port has to be free again.
  gateway_.reset();
  auto& ring = stage_.ring;
  sip_settings settings;
  settings.domain.name = aor_.domain;
  settings.security = mode;
  // All phones are on this machine.
  settings.contacts = contact_mode::direct;
  settings.bootstrap->enter(stage_.bootstrap);
  settings.cache_keys = false;
  settings.observer = stage_.observer;
  auto opened = sip_gateway::open(ring.host().system(),
                                  {{{sip::transport::udp, adapter_}},
                                   {},
                                   std::move(settings),
                                   context_,
                                   {place()},
                                   reader_,
                                   stage_.keys,
                                   ring.addressees(peer_)},
                                  stage_.rng);
  if (!opened)
    return tl::unexpected{opened.error()};
  gateway_ = std::move(*opened);
  adapter_ = gateway_->endpoints().front().address;
  return {};
}

expected<void> demo_party::make_keys(const std::string& user) {
  return ask(stage_.ring.host().system(), stage_.keys,
             credentials_outcome{
               fail(errc::unreachable, "the key keeper has ended")},
             get_atom_v, user)
    .map([](const credentials_ptr&) {});
}

location_reading
demo_party::find(const identity::address_of_record& user) const {
  return ask(stage_.ring.host().system(), reader_,
             location_reading{no_reader()}, lookup_atom_v, user);
}

key_reading
demo_party::read_key(const identity::address_of_record& user) const {
  return ask(stage_.ring.host().system(), reader_, key_reading{no_reader(), {}},
             get_atom_v, user);
}

} // namespace carillon
