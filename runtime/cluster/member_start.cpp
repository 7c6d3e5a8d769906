#include "runtime/cluster/member_start.hpp"

#include "runtime/cluster/cluster_files.hpp"
#include "runtime/cluster/cluster_member.hpp"
#include "runtime/cluster/cluster_system.hpp"

#include <caf/all.hpp>
#include <caf/openssl/all.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace carillon {

namespace {

uint64_t draw_number(Botan::RandomNumberGenerator& rng) {
  uint64_t result = 0;
  // Zero is nobody.
  while (result == 0)
    rng.randomize(reinterpret_cast<uint8_t*>(&result), sizeof(result));
  return result;
}

/// Gives what the member begins with: what it agreed to before; or it founds
/// the cluster, when it has nobody to ask; or it is nobody yet.
expected<cluster::council_state>
load_council_state(const config& settings, cluster::member& self,
                   Botan::RandomNumberGenerator& rng) {
  const auto known = read_council_state(settings.node.data_dir);
  if (!known)
    return tl::unexpected{known.error()};
  if (*known) {
    const auto seats = (*known)->accepted.seats.size();
    if (seats != 0 && seats != settings.node.peers)
      return fail(errc::invalid_configuration,
                  "node.peers: the cluster has " + std::to_string(seats));
    self.id = (*known)->self;
    return **known;
  }
  self.id = draw_number(rng);
  if (settings.cluster.seeds.empty())
    return cluster::found_cluster(self, draw_number(rng), settings.node.peers);
  cluster::council_state result;
  result.self = self.id;
  return result;
}

/// Gives the order of peers on the ring.
std::vector<uint32_t> ring_order(chord::peer_list peers) {
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  std::vector<uint32_t> result;
  for (const auto& peer : peers)
    result.push_back(peer.index);
  return result;
}

} // namespace

expected<cluster_member_actor> start_member(peer_host& host,
                                            const member_start& with,
                                            Botan::RandomNumberGenerator& rng) {
  const auto& settings = *with.settings;
  const auto& given = settings.cluster;
  cluster_member_config wanted;
  auto& self = wanted.council.self;
  self.name = settings.node.name;
  self.endpoint = to_string(given.advertise ? *given.advertise : *given.listen);
  auto state = load_council_state(settings, self, rng);
  if (!state)
    return tl::unexpected{state.error()};
  auto secrets = read_node_secrets(settings);
  if (!secrets)
    return tl::unexpected{secrets.error()};
  auto secret = read_cluster_secret(given);
  if (!secret)
    return tl::unexpected{secret.error()};
  const auto& context = host.context();
  wanted.node = context;
  wanted.supervisor = host.supervisor();
  wanted.directory = with.directory;
  wanted.addressees = with.addressees;
  wanted.status = with.status;
  wanted.links = with.links;
  wanted.io = host.system().openssl_manager().actor_handle();
  wanted.peers = with.peers;
  wanted.identity = with.identity;
  wanted.make_peer = with.make_peer;
  wanted.council.layout = {ring_order(with.peers),
                           context->ring->settings().replicas - size_t{1}};
  wanted.state = *std::move(state);
  wanted.data_dir = settings.node.data_dir;
  wanted.node_identity =
    with.identity->keys.public_half().signature.id().to_hex() + '/'
    + std::to_string(with.peers.size()) + '/'
    + cluster::describe_secret(*secret);
  for (const auto& seed : given.seeds)
    wanted.seeds.push_back(to_string(seed));
  wanted.secrets = *std::move(secrets);
  wanted.secret = *std::move(secret);
  const auto member =
    host.system().spawn<caf::detached>(cluster_member, std::move(wanted));
  host.own(member);
  host.adopt(with.peers);
  const auto port = publish_member(member, *given.listen);
  if (!port)
    return fail(port.error().code, "cluster.listen: " + port.error().detail);
  return member;
}

} // namespace carillon
