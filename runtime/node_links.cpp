#include "runtime/node_links.hpp"

#include "runtime/defaults.hpp"
#include "runtime/node_files.hpp"

#include <caf/all.hpp>

#include <string>
#include <utility>

namespace carillon {

namespace {

bool is_alone(const overlay_config& overlay, const membership& place) {
  return !overlay.listen && overlay.bootstrap.empty() && !overlay.discovery
    && place.bootstrap;
}

} // namespace

expected<std::shared_ptr<link_host>>
open_links(const node_links& with, Botan::RandomNumberGenerator& rng) {
  const auto& settings = *with.settings;
  const auto& place = *with.place;
  if (is_alone(settings.overlay, place))
    return nullptr;
  const auto incarnation = next_incarnation(settings.node.data_dir);
  if (!incarnation)
    return tl::unexpected{incarnation.error()};
  link_host_config wanted;
  wanted.time = with.time;
  wanted.sink = with.sink;
  wanted.ring = place.ring;
  wanted.revoked = with.revoked;
  wanted.identity = with.identity;
  wanted.chain = with.chain;
  wanted.peers = settings.node.peers;
  wanted.incarnation = *incarnation;
  wanted.listen = settings.overlay.listen;
  wanted.bootstrap = settings.overlay.bootstrap;
  wanted.relays = settings.overlay.relay;
  wanted.discovers = settings.overlay.discovery;
  wanted.servers = with.servers;
  if (settings.cluster.listen) {
    wanted.is_member = true;
    wanted.other_way = [slot = with.member](const chord::peer_ref& to,
                                            const overlay_message& msg) {
      if (const auto member = slot->get())
        caf::anon_send(member, put_atom_v, to, msg);
    };
    wanted.other_call_back =
      [slot = with.member](const link::call_back_request& asked) {
        if (const auto member = slot->get())
          caf::anon_send(member, put_atom_v,
                         std::string{as_text(link::encode(asked))});
      };
    wanted.relay = [slot = with.member](const peer_actor& to,
                                        const overlay_message& msg) {
      const auto member = slot->get();
      if (!member || to.node() == member.node())
        return false;
      caf::anon_send(member, deliver_atom_v, to, msg);
      return true;
    };
  }
  if (place.bootstrap) {
    auto secret = load_admission_secret(settings.node.data_dir, rng);
    if (!secret)
      return tl::unexpected{secret.error()};
    wanted.admission =
      link::admission_rules{place.bootstrap, place.ring, std::move(*secret),
                            defaults::max_granted_peers};
  }
  auto links = link_host::open(std::move(wanted));
  if (!links)
    return fail(links.error().code, "overlay.listen: " + links.error().detail);
  return links;
}

ticket_source tickets_over_links(std::shared_ptr<link_host> links,
                                 const node_links& with) {
  return [links = std::move(links), ring = with.place->ring,
          log = logger{with.sink, subsystem::node},
          directory = with.settings->node.data_dir](
           const std::function<void(expected<granted_ticket>)>& then) {
    links->renew_ticket([=](expected<granted_ticket> got) {
      if (got) {
        if (const auto saved = save_joined_ring(directory, *ring, got->sealed);
            !saved)
          log.write(log_level::error, {},
                    [&] { return to_string(saved.error()); });
      }
      then(std::move(got));
    });
  };
}

} // namespace carillon
