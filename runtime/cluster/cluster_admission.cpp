#include "runtime/cluster/cluster_admission.hpp"

#include "protocols/cluster/node_secrets.hpp"
#include "runtime/cluster/cluster_files.hpp"
#include "runtime/cluster/cluster_system.hpp"
#include "runtime/defaults.hpp"

#include <caf/all.hpp>
#include <caf/openssl/all.hpp>

#include <map>
#include <string>
#include <thread>
#include <utility>

namespace carillon {

namespace {

/// Says what to look at when a member cannot be asked.
std::string advice_for(const caf::error& why) {
  if (why == caf::sec::disconnect_during_handshake)
    return ": no member, or TLS was refused: cluster.certificate of each has "
           "to be of the authority in cluster.ca of the other";
  if (why == caf::sec::cannot_connect_to_node)
    return ": nobody listens there: see cluster.seeds";
  return {};
}

/// Asks one member for the secrets.
expected<cluster::node_secrets> ask_seed(caf::actor_system& system,
                                         const endpoint& seed,
                                         const bytes& secret,
                                         Botan::RandomNumberGenerator& rng) {
  caf::scoped_actor self{system, true};
  const auto refused = [&](const caf::error& why) {
    return fail(errc::unreachable,
                to_string(seed) + ": " + system.render(why) + advice_for(why));
  };
  expected<cluster_member_actor> member = fail(errc::unreachable);
  self
    ->request(system.openssl_manager().actor_handle(),
              defaults::cluster_connect_timeout, caf::connect_atom_v, seed.host,
              seed.port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& found,
          const std::set<std::string>&) {
        if (found)
          member = caf::actor_cast<cluster_member_actor>(found);
      },
      [&](const caf::error& why) { member = refused(why); });
  if (!member)
    return tl::unexpected{member.error()};
  bytes question(defaults::seed_size);
  rng.randomize(question.data(), question.size());
  expected<cluster::node_secrets> result = fail(errc::unreachable);
  self
    ->request(*member, defaults::cluster_connect_timeout, get_atom_v,
              std::string{as_text(question)})
    .receive(
      [&](const std::string& sealed) {
        result = cluster::open_secrets(as_bytes(sealed), question, secret);
      },
      [&](const caf::error& why) { result = refused(why); });
  return result;
}

/// Checks that this member is configured as the others are.
expected<void> check_settings(const config& settings,
                              const cluster::node_secrets& got) {
  if (got.peers != settings.node.peers)
    return fail(errc::invalid_configuration,
                "node.peers: the cluster has " + std::to_string(got.peers));
  if (got.domain != settings.node.domain)
    return fail(errc::invalid_configuration,
                "node.domain: that of the cluster is " + got.domain);
  return {};
}

} // namespace

expected<void> seek_node_secrets(const config& settings, const logger& log,
                                 const std::function<bool()>& is_stopped,
                                 Botan::RandomNumberGenerator& rng) {
  if (settings.cluster.seeds.empty() || has_node_secrets(settings))
    return {};
  const auto secret = read_cluster_secret(settings.cluster);
  if (!secret)
    return tl::unexpected{secret.error()};
  caf::actor_system_config wanted;
  configure_cluster(wanted, settings.cluster);
  caf::actor_system system{wanted};
  close_cluster_system(system);
  log.write(log_level::info, {},
            [] { return "asking the cluster for the keys of its node"; });
  std::map<std::string, std::string> said;
  while (!is_stopped()) {
    for (const auto& seed : settings.cluster.seeds) {
      const auto got = ask_seed(system, seed, *secret, rng);
      if (got)
        return check_settings(settings, *got).and_then([&] {
          return save_node_secrets(settings, *got);
        });
      const auto text = to_string(got.error());
      if (std::exchange(said[to_string(seed)], text) != text)
        log.write(log_level::warning, {},
                  [&] { return "cluster: " + text + "; trying on"; });
    }
    std::this_thread::sleep_for(defaults::cluster_retry);
  }
  return fail(errc::interrupted,
              "ended before a member of the cluster answered");
}

} // namespace carillon
