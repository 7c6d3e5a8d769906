#include "protocols/link/handshake.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/link/defaults.hpp"

#include <algorithm>
#include <chrono>

namespace carillon::link {

namespace {

std::string to_text(uint32_t oldest, uint32_t newest) {
  return std::to_string(oldest)
    + (oldest == newest ? "" : " to " + std::to_string(newest));
}

expected<void> check_ring(const hello& said,
                          const identity::ring_descriptor& ring) {
  if (!said.ring)
    return fail(errc::wrong_ring, "the other node has joined no ring yet");
  if (*said.ring != ring.ring())
    return fail(errc::wrong_ring,
                "the other node is of ring " + said.ring->to_hex()
                  + ", this one of " + ring.ring().to_hex());
  if (said.ticket.empty())
    return fail(errc::wrong_ring,
                "the other node was not admitted to the ring yet");
  return {};
}

} // namespace

expected<uint32_t> check_versions(const hello& said) {
  const auto result = std::min(said.max_version, newest_version);
  if (said.min_version > said.max_version
      || result < std::max(said.min_version, oldest_version))
    return fail(errc::unsupported_version,
                "the other node speaks version "
                  + to_text(said.min_version, said.max_version)
                  + " of the link protocol, this one "
                  + to_text(oldest_version, newest_version));
  return result;
}

expected<void> check_clock(const hello& said, timestamp now) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  if (std::chrono::abs(said.time - now) <= defaults::max_clock_skew)
    return {};
  const bool ahead = said.time > now;
  return fail(
    errc::stale,
    "the clock of the node that says hello is "
      + std::to_string(
        std::chrono::abs(duration_cast<seconds>(said.time - now)).count())
      + " s " + (ahead ? "ahead of" : "behind")
      + " that of the other one: set the one that is wrong");
}

bool partner::speaks_for(const chord::peer_ref& peer) const {
  if (!peer.node || peer.node->fingerprint != node->fingerprint)
    return false;
  const auto place = ticket.position(peer.index);
  return place && *place == peer.id;
}

expected<void> check_chain(std::span<const bytes> chain,
                           const identity::public_key& key,
                           const identity::ring_descriptor& ring,
                           const identity::revocation_list& revoked,
                           timestamp now) {
  const auto& settings = ring.settings();
  if (settings.identity != identity::identity_mode::enrolled)
    return {};
  const auto certified =
    identity::verify_any_node_chain(chain, settings.ca_certificates, now);
  if (!certified)
    return tl::unexpected{certified.error()};
  if (certified->key != key)
    return fail(errc::invalid_key, "the certificate is for another key");
  return revoked.check(chain);
}

expected<partner> check_hello(const hello& said,
                              const identity::public_key& key,
                              const identity::ring_descriptor& ring,
                              identity::verifier& check, timestamp now) {
  const auto version = check_versions(said);
  if (!version)
    return tl::unexpected{version.error()};
  if (auto good = check_ring(said, ring); !good)
    return tl::unexpected{good.error()};
  if (auto good = check_clock(said, now); !good)
    return tl::unexpected{good.error()};
  auto ticket = identity::open_ticket(said.ticket, ring, check, now);
  if (!ticket)
    return tl::unexpected{ticket.error()};
  if (ticket->node_key.id() != key.id())
    return fail(errc::name_mismatch,
                "the ticket is of node " + ticket->node_key.id().to_hex()
                  + ", the link of " + key.id().to_hex());
  if (said.peers > ticket->max_peers)
    return fail(errc::quota_exceeded,
                std::to_string(said.peers) + " peers, the ticket grants "
                  + std::to_string(ticket->max_peers));
  if (said.is_member && said.endpoint.empty())
    return fail(errc::malformed,
                "a member of a cluster has to say where it listens");
  auto node = std::make_shared<const chord::node_info>(
    chord::node_info{key.id().data(), said.endpoint});
  return partner{*version,
                 std::move(node),
                 std::move(*ticket),
                 said.peers,
                 said.incarnation,
                 said.run,
                 ring.find_bootstrap(said.bootstrap),
                 said.relays,
                 said.is_member};
}

} // namespace carillon::link
