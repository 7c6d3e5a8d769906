#include "runtime/node.hpp"

#include "actors/bootstrap.hpp"
#include "actors/key_keeper.hpp"
#include "actors/node_directory.hpp"
#include "actors/node_inspector.hpp"
#include "actors/ring_reader.hpp"
#include "actors/service_supervisor.hpp"
#include "actors/services.hpp"
#include "actors/ticket_keeper.hpp"
#include "runtime/adapter_settings.hpp"
#include "runtime/cluster/cluster_admission.hpp"
#include "runtime/cluster/cluster_files.hpp"
#include "runtime/cluster/cluster_system.hpp"
#include "runtime/cluster/member_start.hpp"
#include "runtime/defaults.hpp"
#include "runtime/edge/sip_tls.hpp"
#include "runtime/file_key_vault.hpp"
#include "runtime/node_files.hpp"
#include "runtime/remembered_nodes.hpp"
#include "runtime/sip_users.hpp"
#include "runtime/steady_clock.hpp"
#include "storage/rocksdb_store.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace carillon {

namespace {

tl::unexpected<error> ended_early() {
  return fail(errc::interrupted, "ended before the node was in its ring");
}

/// Gives where others find a node; empty when it listens nowhere. Members of a
/// cluster are told apart by it also when they take no links.
std::string address_of(const config& settings) {
  for (const auto& each :
       {settings.overlay.advertise, settings.overlay.listen,
        settings.cluster.advertise, settings.cluster.listen}) {
    if (each)
      return to_string(*each);
  }
  return {};
}

} // namespace

expected<std::unique_ptr<node>> node::start(const config& settings,
                                            std::shared_ptr<log_sink> sink,
                                            node_ending ending) {
  std::unique_ptr<node> result{
    new node{settings, std::move(sink), std::move(ending)}};
  auto started = result->open_store()
                   .and_then([&] { return result->enter_cluster(); })
                   .and_then([&] { return result->enter(); })
                   .and_then([&] { return result->open_links(); })
                   .and_then([&] { return result->start_host(); })
                   .and_then([&] { return result->open_admin(); })
                   .and_then([&] { return result->start_links(); })
                   .and_then([&] { return result->start_peers(); })
                   .and_then([&] { return result->await_place(); })
                   .and_then([&] { return result->start_services(); })
                   .and_then([&] { return result->open_edge(); });
  if (!started)
    return tl::unexpected{started.error()};
  return result;
}

node::node(const config& settings, std::shared_ptr<log_sink> sink,
           node_ending ending)
  : settings_(settings)
  , ending_(std::move(ending))
  , sink_(std::move(sink))
  , log_(sink_, subsystem::node)
  , time_(std::make_shared<steady_clock>()) {}

node::~node() {
  // What still comes finds no actor that it could be for.
  if (links_)
    links_->stop();
  // CAF waits for the member's thread, which waits for the last handle.
  member_->fill({});
}

expected<void> node::leave() {
  status_->leave();
  gateway_.reset();
  if (const auto member = member_->get()) {
    caf::scoped_actor self{host_->system(), true};
    self->request(member, caf::infinite, leave_atom_v)
      .receive([](left_atom) {}, [](const caf::error&) {});
  }
  auto left = host_->leave(defaults::leave_timeout);
  if (links_)
    links_->stop();
  return left;
}

std::optional<endpoint> node::link_endpoint() const {
  return links_ ? links_->local() : std::nullopt;
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

/// Gets what makes the node one with the other members of its cluster.
expected<void> node::enter_cluster() {
  if (!settings_.cluster.listen)
    return {};
  return check_cluster_files(settings_.cluster)
    .and_then([&] { return read_cluster_secret(settings_.cluster); })
    .and_then([&](const bytes&) {
      return seek_node_secrets(settings_, log_, ending_.is_requested, rng_);
    });
}

expected<void> node::enter() {
  const auto now = time_->now();
  auto keys = load_node_keys(settings_, now, rng_);
  if (!keys)
    return tl::unexpected{keys.error()};
  auto chain = load_node_chain(settings_, *keys, now, rng_);
  if (!chain)
    return tl::unexpected{chain.error()};
  chain_ = std::move(*chain);
  if (auto watched = watch_revocations(); !watched)
    return watched;
  auto place = enter_ring({&settings_,
                           time_,
                           {sink_, subsystem::link},
                           &*keys,
                           chain_,
                           ending_.is_requested},
                          rng_);
  if (!place)
    return tl::unexpected{place.error()};
  place_ = std::move(*place);
  auto info = std::make_shared<const chord::node_info>(chord::node_info{
    keys->public_half().signature.id().data(), address_of(settings_)});
  identity_ = std::make_shared<const node_identity>(node_identity{
    std::move(*keys), std::make_shared<node_ticket>(place_->ticket),
    std::move(info)});
  return {};
}

/// Has the lists of the configuration in force from now on.
expected<void> node::watch_revocations() {
  if (settings_.identity.revoked.empty())
    return {};
  auto authorities = load_authorities(settings_);
  if (!authorities)
    return tl::unexpected{authorities.error()};
  revocation_file file{settings_.identity.revoked,
                       std::move(*authorities),
                       revoked_,
                       {sink_, subsystem::identity}};
  if (auto loaded = file.load(); !loaded)
    return loaded;
  if (const auto good = revoked_->get()->check(chain_); !good)
    return fail(errc::invalid_configuration,
                "identity.certificate = "
                  + settings_.identity.certificate.string() + ": "
                  + to_string(good.error())
                  + "; make a new one with 'carillon pki node'");
  revocation_watch_ = std::make_unique<revocation_watch>(
    std::move(file), time_, defaults::revocation_interval);
  return {};
}

node_links node::parts_of_links() const {
  return {&settings_, time_,    sink_,    &*place_, identity_,
          chain_,     revoked_, servers_, member_};
}

expected<void> node::open_links() {
  auto links = carillon::open_links(parts_of_links(), rng_);
  if (!links)
    return tl::unexpected{links.error()};
  links_ = std::move(*links);
  return {};
}

expected<void> node::start_links() {
  if (!links_)
    return {};
  const auto& context = *host_->context();
  const auto known = load_remembered_nodes(host_->system(), context.writer);
  if (!known)
    return tl::unexpected{known.error()};
  links_->start(
    context.directory, *known,
    [writer = context.writer](const std::vector<std::string>& addresses) {
      save_remembered_nodes(writer, addresses);
    });
  return {};
}

expected<void> node::start_host() {
  peer_host_config wanted;
  wanted.time = time_;
  wanted.sink = sink_;
  wanted.ring = place_->ring;
  wanted.store = store_;
  wanted.revoked = revoked_;
  wanted.expected_hostile_share = settings_.overlay.expected_hostile_share;
  if (settings_.cluster.listen) {
    wanted.configure = [this](caf::actor_system_config& system) {
      configure_cluster(system, settings_.cluster);
    };
  }
  wanted.make_directory = [this](caf::actor_system& system) {
    return make_directory(system);
  };
  host_ = std::make_unique<peer_host>(std::move(wanted), rng_);
  if (cluster_peers_) {
    close_cluster_system(host_->system());
    host_->own(cluster_peers_->nowhere());
  }
  for (uint32_t i = 0; i < settings_.node.peers; ++i) {
    const auto self = make_peer_ref(*identity_, i);
    if (!self)
      return tl::unexpected{self.error()};
    peers_.push_back(*self);
  }
  reader_ = host_->system().spawn(
    ring_reader, ring_reader_config{host_->context(), peers_.front()});
  host_->own(reader_);
  return {};
}

/// Makes what finds the peers of this node, and those of others.
std::shared_ptr<peer_directory>
node::make_directory(caf::actor_system& system) {
  if (settings_.cluster.listen)
    cluster_peers_ = std::make_shared<cluster_directory>(system);
  std::shared_ptr<peer_directory> own = cluster_peers_;
  if (!own)
    own = std::make_shared<local_directory>();
  if (!links_)
    return own;
  return std::make_shared<node_directory>(
    system, identity_->keys.public_half().signature.id(), std::move(own),
    links_);
}

/// Opens the admin interface first of all, so that it tells how the node comes
/// up.
expected<void> node::open_admin() {
  if (!settings_.admin.listen)
    return {};
  const auto inspector = host_->system().spawn(
    node_inspector, node_inspector_config{host_->context(), peers_, reader_});
  host_->own(inspector);
  admin_sources sources;
  sources.name = settings_.node.name;
  sources.system = &host_->system();
  sources.node = host_->context();
  sources.identity = identity_;
  sources.inspector = inspector;
  sources.journal = journal_;
  sources.status = status_;
  sources.leave = ending_.request;
  if (links_)
    sources.links = [links = links_] {
      return links->report();
    };
  if (cluster_peers_)
    sources.cluster = cluster_status_;
  sources.started = time_->now();
  auto server =
    admin_server::open(settings_.admin, settings_.node.name,
                       admin_routes{std::move(sources)}, log_, time_);
  if (!server)
    return tl::unexpected{server.error()};
  admin_ = std::move(*server);
  return {};
}

expected<void> node::start_cluster() {
  member_start wanted;
  wanted.settings = &settings_;
  wanted.directory = cluster_peers_;
  wanted.addressees = addressees_;
  wanted.status = cluster_status_;
  wanted.identity = identity_;
  wanted.peers = peers_;
  wanted.make_peer = [this](const chord::peer_ref& self) {
    return config_for(self);
  };
  if (links_) {
    wanted.links.may_found = [links = links_,
                              is_founder = place_->bootstrap != nullptr] {
      return is_founder && !links->has_link();
    };
    wanted.links.join = first_join();
    wanted.links.send = [links = links_](const chord::peer_ref& to,
                                         const overlay_message& msg) {
      return links->send_over_link(to, msg);
    };
    wanted.links.call_back = [links = links_](const auto& asked) {
      links->call_back(asked);
    };
  }
  return start_member(*host_, wanted, rng_)
    .map(
      [&](cluster_member_actor member) { member_->fill(std::move(member)); });
}

expected<void> node::start_peers() {
  const bool has_link = links_
    && links_->await_link(defaults::search_timeout, ending_.is_requested);
  if (ending_.is_requested())
    return ended_early();
  if (cluster_peers_)
    return start_cluster();
  // A founder that finds nobody is the ring.
  if (place_->bootstrap && !has_link) {
    const auto config_of = [this](const chord::peer_ref& self) {
      return config_for(self);
    };
    return host_->settle(peers_, config_of).map([](const auto&) {});
  }
  std::vector<peer_config> wanted;
  for (const auto& self : peers_)
    wanted.push_back(config_for(self));
  wanted.front().start = first_join();
  for (const auto& peer : wanted) {
    if (auto added = host_->add(peer); !added)
      return tl::unexpected{added.error()};
  }
  return {};
}

/// A member whose ring cannot be reached serves what it can, and finds its
/// place later.
expected<void> node::await_place() {
  if (cluster_peers_)
    return await_cluster();
  auto joined = host_->await_membership(
    host_->context()->directory->resolve(peers_.front()),
    defaults::join_timeout, ending_.is_requested);
  if (!joined && ending_.is_requested())
    return ended_early();
  if (joined || place_->bootstrap)
    return joined;
  warn_of_no_ring();
  return {};
}

void node::warn_of_no_ring() const {
  log_.write(log_level::warning, {}, [] {
    return "no node of the ring can be reached yet; the node goes on looking";
  });
}

bool node::is_cluster_in_ring() const {
  return std::ranges::any_of(peers_, [this](const auto& peer) {
    const auto handle = cluster_peers_->resolve(peer);
    return handle
      && host_->await_membership(handle, defaults::cluster_question_timeout);
  });
}

/// Waits until a peer of this member is in the ring, which phones are served
/// through: that takes the majority of the members. In the ring of others it
/// may take longer.
expected<void> node::await_cluster() {
  const auto patience = time_->now() + defaults::join_timeout;
  auto was_told = false;
  while (!ending_.is_requested()) {
    const auto own = cluster_peers_->asker(peers_.front());
    if (own && host_->await_membership(own, defaults::cluster_question_timeout))
      return {};
    const auto is_late = time_->now() > patience;
    if (is_late && is_cluster_in_ring()) {
      log_.write(log_level::warning, {}, [] {
        return "no peer of the cluster runs on this member, so that phones are "
               "not served here; have at least as many node.peers as "
               "members";
      });
      return {};
    }
    if (is_late && !place_->bootstrap) {
      warn_of_no_ring();
      return {};
    }
    if (is_late && !was_told) {
      was_told = true;
      log_.write(log_level::warning, {}, [] {
        return "the cluster has no majority of its members yet; the node goes "
               "on waiting";
      });
    }
    std::this_thread::sleep_for(defaults::stop_check_interval);
  }
  return ended_early();
}

/// Admits users, as long as the node runs.
void node::serve_as_bootstrap() {
  const auto& context = host_->context();
  const auto& place = peers_.front();
  servers_->enter({place, place_->bootstrap->public_half().signature});
  host_->own(host_->system().spawn(
    service_supervisor,
    service_supervisor_config{
      context, std::string{services::bootstrap}, addressees_,
      [config = bootstrap_config{context, place_->bootstrap, place, {}}](
        caf::actor_system& where) mutable {
        // Each life draws other numbers.
        Botan::AutoSeeded_RNG rng;
        config.seed = make_seed(rng);
        return where.spawn(bootstrap, config);
      },
      restart_limit{}}));
}

ticket_source node::make_ticket_source() {
  if (place_->bootstrap)
    return own_tickets(host_->context(), identity_, place_->bootstrap,
                       make_seed(rng_));
  return tickets_over_links(links_, parts_of_links());
}

expected<void> node::start_services() {
  const auto& context = host_->context();
  auto& system = host_->system();
  host_->own(system.spawn(
    ticket_keeper,
    ticket_keeper_config{context, identity_, make_ticket_source()}));
  if (place_->bootstrap)
    serve_as_bootstrap();
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
  auto settings = to_sip_settings(settings_.sip);
  settings.domain.name = settings_.node.domain;
  settings.users = std::move(*users);
  settings.observer = journal_;
  settings.bootstrap = servers_;
  auto tls = make_sip_tls(settings_.sip, identity_->keys, chain_);
  if (!tls)
    return tl::unexpected{tls.error()};
  auto gateway = sip_gateway::open(host_->system(),
                                   {settings_.sip.listen, std::move(*tls),
                                    std::move(settings), host_->context(),
                                    peers_, reader_, keys_, addressees_},
                                   rng_);
  if (!gateway)
    return fail(gateway.error().code, "sip.listen: " + gateway.error().detail);
  gateway_ = std::move(*gateway);
  status_->serve_phones(gateway_->endpoints());
  return {};
}

/// Gives how the first peer joins a ring. When all nodes were restarted at once
/// each waits for the others until one of them founds it: the founder soon,
/// others at times of their own. Rings that come of several become one, once
/// there are links between them.
join_ring node::first_join() {
  if (place_->bootstrap)
    return {defaults::founder_patience};
  uint8_t drawn = 0;
  rng_.randomize(&drawn, sizeof(drawn));
  return {defaults::min_join_patience
          + drawn
            % (defaults::max_join_patience - defaults::min_join_patience)};
}

peer_config node::config_for(const chord::peer_ref& self) {
  peer_config result;
  result.node = host_->context();
  result.identity = identity_;
  result.self = self;
  rng_.randomize(reinterpret_cast<uint8_t*>(&result.seed), sizeof(result.seed));
  // Nobody can open a link to a node that does not listen: what it looks for
  // has to come back the way it went.
  if (links_ && !settings_.overlay.listen)
    result.lookups.strategy = chord::routing_strategy::recursive;
  result.find_addressee = [known = addressees_](const std::string& addressee) {
    return known->find(addressee);
  };
  return result;
}

} // namespace carillon
