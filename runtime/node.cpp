#include "runtime/node.hpp"

#include "actors/bootstrap.hpp"
#include "actors/key_keeper.hpp"
#include "actors/ring_reader.hpp"
#include "actors/service_supervisor.hpp"
#include "actors/services.hpp"
#include "actors/ticket_keeper.hpp"
#include "runtime/defaults.hpp"
#include "runtime/file_key_vault.hpp"
#include "runtime/log.hpp"
#include "runtime/sip_users.hpp"
#include "runtime/steady_clock.hpp"
#include "runtime/termination.hpp"
#include "storage/rocksdb_store.hpp"

#include <caf/all.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <utility>

namespace carillon {

namespace {

call_mode to_call_mode(sip_mode mode) noexcept {
  return mode == sip_mode::proxy ? call_mode::proxy : call_mode::redirect;
}

std::string join(const std::vector<sip_endpoint>& endpoints) {
  std::string result;
  for (const auto& endpoint : endpoints)
    result += (result.empty() ? "" : " ") + to_string(endpoint);
  return result.empty() ? "nowhere" : result;
}

} // namespace

expected<std::unique_ptr<node>> node::start(const config& settings,
                                            std::shared_ptr<log_sink> sink) {
  std::unique_ptr<node> result{new node{settings, std::move(sink)}};
  auto started = result->open_store()
                   .and_then([&] { return result->load_identity(); })
                   .and_then([&] { return result->start_peers(); })
                   .and_then([&] { return result->start_services(); })
                   .and_then([&] { return result->open_edge(); });
  if (!started)
    return tl::unexpected{started.error()};
  return result;
}

node::node(const config& settings, std::shared_ptr<log_sink> sink)
  : settings_(settings)
  , sink_(std::move(sink))
  , log_(sink_, subsystem::node)
  , time_(std::make_shared<steady_clock>()) {}

node::~node() = default;

expected<void> node::leave() {
  gateway_.reset();
  return host_->leave(defaults::leave_timeout);
}

expected<void> node::open_store() {
  auto lock = directory_lock::take(settings_.node.data_dir);
  if (!lock)
    return tl::unexpected{lock.error()};
  lock_ = std::move(*lock);
  auto store =
    storage::rocksdb_store::open(paths_in(settings_.node.data_dir).records);
  if (!store)
    return tl::unexpected{store.error()};
  store_ = std::move(*store);
  return {};
}

expected<void> node::load_identity() {
  const auto now = time_->now();
  auto keys = load_node_keys(settings_, now, rng_);
  if (!keys)
    return tl::unexpected{keys.error()};
  auto ring = load_ring(settings_, log_, rng_);
  if (!ring)
    return tl::unexpected{ring.error()};
  ring_ = std::move(*ring);
  const auto salt = load_salt(settings_.node.data_dir, rng_);
  if (!salt)
    return tl::unexpected{salt.error()};
  const identity::ticket grant{
    keys->public_half().signature, *salt, settings_.node.peers, now,
    now + ring_.descriptor->settings().ticket_lifetime};
  const auto& listener = settings_.overlay.listen;
  auto made =
    make_node_identity(std::move(*keys), listener ? to_string(*listener) : "",
                       grant, *ring_.descriptor, *ring_.bootstrap, rng_);
  if (!made)
    return tl::unexpected{made.error()};
  identity_ = std::move(*made);
  return {};
}

/// Nobody else can be in the ring, so its peers' places are known.
expected<void> node::start_peers() {
  host_ = std::make_unique<peer_host>(
    peer_host_config{time_, sink_, ring_.descriptor, store_}, rng_);
  std::vector<peer_config> wanted;
  for (uint32_t i = 0; i < settings_.node.peers; ++i) {
    const auto self = make_peer_ref(*identity_, i);
    if (!self)
      return tl::unexpected{self.error()};
    peers_.push_back(*self);
    wanted.push_back(config_for(*self));
  }
  return host_->settle(std::move(wanted)).and_then([this](const auto&) {
    return host_->await_membership(
      host_->context()->directory->resolve(peers_.front()),
      defaults::join_timeout);
  });
}

expected<void> node::start_services() {
  const auto& context = host_->context();
  const auto& place = peers_.front();
  auto& system = host_->system();
  host_->own(
    system.spawn(ticket_keeper,
                 ticket_keeper_config{context, identity_, ring_.bootstrap,
                                      make_seed(rng_)}));
  host_->own(system.spawn(
    service_supervisor,
    service_supervisor_config{
      context, std::string{services::bootstrap}, addressees_,
      [config = bootstrap_config{context, ring_.bootstrap, place, {}}](
        caf::actor_system& where) mutable {
        // Each life draws other numbers.
        Botan::AutoSeeded_RNG rng;
        config.seed = make_seed(rng);
        return where.spawn(bootstrap, config);
      },
      restart_limit{}}));
  reader_ = system.spawn(ring_reader, ring_reader_config{context, place});
  host_->own(reader_);
  keys_ = system.spawn<caf::detached>(
    key_keeper,
    std::make_shared<file_key_vault>(settings_.node.data_dir,
                                     settings_.identity.mode));
  host_->own(keys_);
  return {};
}

expected<void> node::open_edge() {
  auto users = load_sip_users(settings_.sip, settings_.node.domain);
  if (!users)
    return tl::unexpected{users.error()};
  sip_settings settings;
  settings.domain.name = settings_.node.domain;
  settings.security = settings_.sip.security;
  settings.mode = to_call_mode(settings_.sip.mode);
  settings.open_registration =
    std::ranges::all_of(settings_.sip.listen, [](const sip_endpoint& where) {
      return is_loopback(where.address);
    });
  settings.users = std::move(*users);
  settings.bootstrap_servers = {
    {peers_.front(), ring_.bootstrap->public_half().signature}};
  auto gateway =
    sip_gateway::open(host_->system(),
                      {settings_.sip.listen, std::move(settings),
                       host_->context(), peers_, reader_, keys_, addressees_},
                      rng_);
  if (!gateway)
    return fail(gateway.error().code, "sip.listen: " + gateway.error().detail);
  gateway_ = std::move(*gateway);
  return {};
}

peer_config node::config_for(const chord::peer_ref& self) {
  peer_config result;
  result.node = host_->context();
  result.identity = identity_;
  result.self = self;
  rng_.randomize(reinterpret_cast<uint8_t*>(&result.seed), sizeof(result.seed));
  result.find_addressee = [known = addressees_](const std::string& addressee) {
    return known->find(addressee);
  };
  return result;
}

expected<void> run_node(const loaded_config& loaded) {
  // The store gives its files whatever modes the process permits.
  ::umask(S_IRWXG | S_IRWXO);
  const termination signals;
  const auto lines = std::make_shared<log>(loaded.settings.log);
  const logger log{lines, subsystem::node};
  for (const auto& warning : loaded.warnings)
    log.write(log_level::warning, {}, [&] { return warning; });
  auto running = node::start(loaded.settings, lines);
  if (!running)
    return tl::unexpected{running.error()};
  log.write(log_level::info, {},
            [&] { return "ring " + (*running)->ring().to_hex(); });
  log.write(log_level::info, {}, [&] {
    return "phones connect to " + join((*running)->endpoints());
  });
  log.write(log_level::info, {}, [] { return "ready"; });
  signals.wait();
  signals.hurry(defaults::shutdown_timeout, defaults::signal_grace,
                [log](std::string_view why) {
                  log.write(log_level::warning, {}, [&] { return why; });
                });
  log.write(log_level::info, {}, [] { return "leaving the ring"; });
  if (const auto left = (*running)->leave(); !left)
    log.write(log_level::warning, {}, [&] { return to_string(left.error()); });
  running->reset();
  log.write(log_level::info, {}, [] { return "ended"; });
  return {};
}

} // namespace carillon
